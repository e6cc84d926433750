/* The note shown: its cards in a frame without scripts, what is decided about it, and where it stands. */

const frameStyle = byId("frame-style").content.textContent;
/* Elements that load or navigate: cards contain none of these, and they are removed from manipulated data. */
const ACTIVE_ELEMENTS = "script, link, meta, base, iframe, frame, object, embed, form, audio, video, source, track, portal, svg use, svg image";
const MOST_CONFIDENCE = 99; /* of a card that the author asked for */

let styles = {}; /* kind of note -> CSS */
let views = new Map(); /* GUID -> the note as fetched last */
let fetched = new Map(); /* GUID -> the promise of a note that is being fetched */
let cardIndex = 0; /* of the card shown, among those of its note */
let isAnswerShown = true;

const isDark = () => document.documentElement.dataset.theme === "dark";

/* Return the note as it was fetched last, or fetch it; null where there is none any more. */
async function viewOf(guid) {
  if (!guid) return null;
  if (views.has(guid)) return views.get(guid);
  if (!fetched.has(guid)) fetched.set(guid, fetchView(guid, views));
  return fetched.get(guid);
}

async function fetchView(guid, into) {
  const answer = await request(`note?note=${guid}`);
  fetched.delete(guid);
  if (answer.ok) into.set(guid, answer.note);
  else if (answer.status !== 404) showProblem(answer.error);
  return answer.ok ? answer.note : null;
}

function forgetViews() {
  views = new Map();
  fetched = new Map();
}

/* Show the current note, and fetch the next one meanwhile. */
async function showCurrent() {
  const guid = current;
  const view = await viewOf(guid);
  if (guid !== current) return view;
  drawNote(view);
  viewOf(guids[(places.get(guid) ?? -1) + 1] ?? "");
  return view;
}

function drawNote(view) {
  byId("note").hidden = !view;
  byId("where").textContent = places.has(current) ? `${(places.get(current) + 1).toLocaleString("en")} of ${guids.length.toLocaleString("en")}` : "";
  byId("marks").replaceChildren();
  if (!view) return;
  cardIndex = Math.min(cardIndex, view.card_list.length - 1);
  drawMarks(view);
  drawCardList(view);
  drawCard(view);
  drawChoices(view);
  drawFacts(view);
  drawOrigin(view);
}

function drawMarks(view) {
  const marks = [element("span", "mark", view.heading_path || view.path)];
  if (view.since) marks.push(element("span", "mark", `released in ${view.since}`));
  if (view.state) marks.push(element("span", `mark ${view.state}`, `${view.state} since ${releaseName}`));
  byId("marks").replaceChildren(...marks);
}

/* List the cards as text; the one in the frame is pressed. */
function drawCardList(view) {
  const items = view.card_list.map((card, index) => {
    const button = element("button", "card-choice");
    button.type = "button";
    button.dataset.card = String(index);
    button.setAttribute("aria-pressed", String(index === cardIndex));
    const details = [card.name];
    if (card.confidence < MOST_CONFIDENCE) details.push(`confidence ${card.confidence}`);
    if (card.since) details.push(`with learners since ${card.since}`);
    const asks = element("span", "asks", card.question);
    const answers = element("span", "answers", card.answer);
    asks.dir = answers.dir = "auto";
    button.append(element("span", "mark", details.join(", ")), asks, answers);
    const item = element("li", "");
    item.append(button);
    return item;
  });
  byId("cards").replaceChildren(...items);
}

/* Draw the card as Anki shows it. The frame has no scripts, no origin and no links. */
function drawCard(view) {
  const card = view.card_list[cardIndex];
  const page = document.implementation.createHTMLDocument("");
  page.documentElement.className = isDark() ? "night-mode" : "";
  page.body.className = `card card${card.ord + 1}${isDark() ? " nightMode night_mode" : ""}`;
  for (const css of [frameStyle, styles[view.kind] ?? ""]) page.head.append(element("style", "", css));
  const content = element("div", "");
  content.id = "qa";
  content.append(withoutActiveParts(isAnswerShown ? card.back.join(card.front) : card.front, view.pictures));
  page.body.append(content);
  const frame = byId("card").cloneNode(); /* a new one: another content of the same frame would be a step of the browser's back */
  frame.srcdoc = `<!doctype html>${page.documentElement.outerHTML}`;
  byId("card").replaceWith(frame);
  frame.title = isAnswerShown ? "Card with its answer" : "Question of the card";
  byId("flip").setAttribute("aria-pressed", String(!isAnswerShown));
}

/* Parse HTML without loading anything; allow packed pictures only, and no links. */
function withoutActiveParts(html, pictures) {
  const parsed = document.createElement("template");
  parsed.innerHTML = html;
  for (const node of parsed.content.querySelectorAll(ACTIVE_ELEMENTS)) node.remove();
  for (const node of parsed.content.querySelectorAll("*")) {
    const source = node.localName === "img" ? pictures[node.getAttribute("src")] : undefined;
    for (const { name } of [...node.attributes]) {
      if (/^on|^(src|srcset|poster|background|ping|action|formaction|href|xlink:href|autofocus)$/i.test(name)) node.removeAttribute(name);
    }
    if (source) node.setAttribute("src", source);
  }
  return parsed.content;
}

function drawChoices(view) {
  const { decided } = view;
  const isPair = view.kind === "pair";
  const pressed = { keep: view.decision === "kept", skip: decided.skip, one: decided.ways === "one", both: decided.ways === "both", items: decided.items };
  for (const [id, value] of Object.entries(pressed)) byId(id).setAttribute("aria-pressed", String(value));
  byId("one").disabled = byId("both").disabled = !isPair;
  byId("hide").disabled = !view.text;
  byId("items").disabled = !view.is_list;
  byId("keep").disabled = byId("skip").disabled = view.decision === "not asked";
  byId("previous").disabled = !(places.get(current) > 0);
  byId("next").disabled = !(places.get(current) < guids.length - 1);
}

/* Say what is decided, what of it has no effect, and what decisions mean for learners who have the note. */
function drawFacts(view) {
  const { decided, consequences } = view;
  const facts = [];
  if (view.decision === "skipped") facts.push(["decided", "Skipped: not in the next package."]);
  if (view.decision === "other words") facts.push(["warning", `Decided about other words: “${decided.question}”. Look at it once more.`]);
  if (decided.hide.length) facts.push(["decided", `You chose what it hides: ${decided.hide.map((phrase) => `“${phrase}”`).join(", ")}`]);
  if (decided.tags.length) facts.push(["decided", `You gave it the tags ${decided.tags.join(", ")}`]);
  for (const reason of decided.unmet) facts.push(["warning", `Your decision cannot be followed: ${reason}.`]);
  for (const directive of decided.overridden) facts.push(["warning", `The comment <!-- deck: ${directive} --> in the notes applies, not your decision.`]);
  if (view.decision === "not asked") facts.push(["decided", "This list is long, so it makes no card. Ask its items, and it makes these."]);
  const decisions = { skip: "To skip it", one: "To ask it one way", hide: "To hide another phrase" };
  for (const [name, words] of Object.entries(decisions)) {
    if (consequences[name]) facts.push(["info", `${words}: ${consequences[name]}.`]);
  }
  byId("facts").replaceChildren(...facts.map(([kind, text]) => element("li", kind, text)));
}

function drawOrigin(view) {
  byId("place").textContent = `${view.path}:${view.line}`;
  const links = view.links.map(({ name, address }) => {
    const link = element("a", "", name);
    link.href = address;
    link.rel = "noopener noreferrer";
    if (/^https?:/i.test(address)) link.target = "_blank";
    link.dataset.editor = name;
    return link;
  });
  byId("links").replaceChildren(...links.flatMap((link) => [link, " "]));
  byId("note-tags").textContent = view.tags.join("  ");
}

function showCard(index) {
  const view = views.get(current);
  if (!view?.card_list[index]) return;
  cardIndex = index;
  drawCardList(view);
  drawCard(view);
}

function flip() {
  const view = views.get(current);
  if (!view) return;
  isAnswerShown = !isAnswerShown;
  drawCard(view);
}

/* Show the file of the note, with the lines of the note marked. */
async function showSource() {
  const answer = await request(`source?note=${current}`);
  if (!answer.ok) return;
  byId("file-title").textContent = `${answer.path}:${answer.line}`;
  const items = answer.text.split("\n").map((text, index) => {
    const item = element("li", index + 1 >= answer.line && index + 1 <= answer.end_line ? "of-note" : "", text || "\u200b");
    item.value = index + 1;
    return item;
  });
  byId("file-lines").replaceChildren(...items);
  byId("file").showModal();
  byId("file-lines").querySelector(".of-note")?.scrollIntoView({ block: "center" });
}

const EDITOR_KEY = "studydeck-editor";

/* Open the note in the editor that was used last, or else in the first one. */
function openEditor() {
  const links = [...byId("links").querySelectorAll("a")];
  let name = null;
  try {
    name = localStorage.getItem(EDITOR_KEY);
  } catch {
    /* the first one is opened */
  }
  (links.find((link) => link.dataset.editor === name) ?? links[0])?.click();
}

function rememberEditor(event) {
  const name = event.target.closest?.("a")?.dataset.editor;
  try {
    if (name) localStorage.setItem(EDITOR_KEY, name);
  } catch {
    /* it is not remembered */
  }
}
