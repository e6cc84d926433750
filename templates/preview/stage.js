/* The card on the stage: drawn in a frame of its own, in which no script runs and no style of this page counts. */

const frame = byId("card");
const night = () => document.documentElement.dataset.theme === "dark";
const onPhone = () => document.documentElement.dataset.device === "phone" || matchMedia("(max-width: 760px)").matches;
/* Loads or moves elsewhere: a card of the deck holds none of these, and one that somebody made up gets none. */
const ACTIVE = "script, link, meta, base, iframe, frame, object, embed, form, audio, video, source, track, portal, svg use, svg image";

let answered = false;

function sideOf(card) {
  return answered ? card.back.join(card.front) : card.front;
}

/* Parse where nothing loads, then let pictures that are packed in, and nothing else. */
function harmless(html) {
  const parsed = document.createElement("template");
  parsed.innerHTML = html;
  for (const one of parsed.content.querySelectorAll(ACTIVE)) one.remove();
  for (const one of parsed.content.querySelectorAll("*")) {
    const source = one.localName === "img" ? deck.pictures[one.getAttribute("src")] : undefined;
    for (const { name } of [...one.attributes]) {
      if (/^on|^(src|srcset|poster|background|ping|action|formaction)$/i.test(name)) one.removeAttribute(name);
    }
    if (source) one.setAttribute("src", source);
  }
  return parsed.content;
}

function drawCard() {
  const page = frame.contentDocument;
  const card = deck.cards[current];
  if (!page?.getElementById("qa") || !card) return;
  const { kind } = faceOf(card);
  const style = page.getElementById("face");
  if (style.dataset.kind !== kind) {
    style.textContent = deck.styles[kind];
    style.dataset.kind = kind;
  }
  page.documentElement.className = (onPhone() ? "mobile android chrome" : "linux chrome") + (night() ? " night-mode" : "");
  page.body.className = `card card${card.ord + 1}${night() ? " nightMode night_mode" : ""}`;
  page.getElementById("qa").replaceChildren(page.importNode(harmless(sideOf(card)), true));
  frame.style.background = getComputedStyle(page.body).backgroundColor; /* below the scroll bar, too */
  const line = answered && page.getElementById("answer");
  frame.contentWindow.scrollTo(0, line ? line.getBoundingClientRect().top + frame.contentWindow.scrollY : 0);
  frame.title = answered ? "Card: answer" : "Card: question";
  byId("flip-word").textContent = answered ? "Show question" : "Show answer";
}

/* What stands around the card. */
function drawAround() {
  const card = deck.cards[current];
  const note = deck.notes[card.note];
  const at = listed.indexOf(current);
  byId("where").textContent = `${at < 0 ? "–" : (at + 1).toLocaleString("en")} of ${listed.length.toLocaleString("en")}`;
  const face = element("span", "mark face", faceOf(card).name);
  byId("marks").replaceChildren(face);
  if (note.state) byId("marks").append(element("span", `mark ${note.state}`, `${note.state} ${deck.since}`));
  byId("doubts").replaceChildren(...(doubtsOf.get(card.note) ?? []).map(doubtItem));
  const source = byId("source");
  source.textContent = `${deck.files[fileOf(card)].path}:${card.line}`;
  leadTo(source, fileOf(card), card.line);
  byId("link").href = `#${nameOf(current)}`;
  byId("tags").textContent = note.tags.join("  ");
  byId("previous").disabled = at === 0 || !listed.length;
  byId("next").disabled = at === listed.length - 1 || !listed.length;
}

function doubtItem(doubt) {
  const item = element("li", doubt.severity);
  const where = element("a", "", doubt.line ? `${doubt.path}:${doubt.line}` : doubt.path);
  leadTo(where, fileNumbers.get(doubt.path), doubt.line);
  item.append(element("b", "", `${doubt.severity} ${doubt.code}`), where, element("span", "message", doubt.message));
  return item;
}

function flip() {
  const card = deck.cards[current];
  if (!card) return; /* a deck without a card */
  answered = !answered;
  drawCard();
  byId("say").textContent = answered ? `Answer: ${card.answer}` : card.question;
}

/* A click turns the card; links leave only by the reader's own wish, in a page of their own. */
function clicked(event) {
  const link = event.target.closest("a[href]");
  if (link) {
    event.preventDefault();
    if (/^(https?|mailto):/i.test(link.getAttribute("href"))) window.open(link.href, "_blank", "noopener,noreferrer");
    return;
  }
  if (event.target.closest("summary, input") || String(frame.contentWindow.getSelection())) return;
  flip();
}

function frameIsReady() {
  const page = frame.contentDocument;
  if (!page?.getElementById("qa") || page.documentElement.dataset.ready) return;
  page.documentElement.dataset.ready = "yes";
  page.addEventListener("click", clicked);
  page.addEventListener("auxclick", (event) => event.target.closest("a[href]") && event.preventDefault());
  page.addEventListener("keydown", (event) => pressed(event, true));
  drawCard();
}

frame.addEventListener("load", frameIsReady);
