"use strict";

/* Requests to the program that serves this page. Each carries the token, which no other page has. */

const byId = (id) => document.getElementById(id);
const TOKEN_KEY = "studydeck-token";

/* Take the token from the address, which then no longer shows it; a reload finds it in the storage of this window. */
function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) history.replaceState(null, "", location.pathname);
  try {
    if (token) sessionStorage.setItem(TOKEN_KEY, token);
    return token ?? sessionStorage.getItem(TOKEN_KEY) ?? "";
  } catch {
    return token ?? "";
  }
}

const token = takeToken();

/* Return {ok, status, ...answer}; what went wrong is in `error`, as a sentence. */
async function request(path, body) {
  const options = { headers: { "X-Studydeck-Token": token }, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" };
  if (body !== undefined) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(`/curate/${path}`, options);
    return { ok: response.ok, status: response.status, ...(await response.json()) };
  } catch {
    return { ok: false, status: 0, error: "studydeck does not answer: is it still running in the terminal?" };
  }
}

/* Show what keeps the page from working, or why a decision was refused; an empty text hides that. */
function showMessage(id, text) {
  byId(id).textContent = text;
  byId(id).hidden = !text;
}

const showProblem = (text) => showMessage("problem", text ?? "");
const showReason = (text) => showMessage("refusal", text);

/* Return an element with a class and text: the content of notes never becomes markup of this page. */
function element(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}
