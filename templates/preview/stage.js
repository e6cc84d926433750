/* The card: drawn in a separate frame without scripts and without the styles of this page. */

const frame = byId("card");
const isDark = () => document.documentElement.dataset.theme === "dark";
const onPhone = () => document.documentElement.dataset.device === "phone" || matchMedia("(max-width: 760px)").matches;
/* Elements that load or navigate: cards contain none of these, and they are removed from manipulated data. */
const ACTIVE_ELEMENTS = "script, link, meta, base, iframe, frame, object, embed, form, audio, video, source, track, portal, svg use, svg image";
const MOST_CONFIDENCE = 99; /* of a card that the author asked for */

let isAnswerShown = false;

function visibleSide(card) {
  return isAnswerShown ? card.back.join(card.front) : card.front;
}

/* Parse HTML without loading anything, then allow only packed pictures. */
function sanitised(html) {
  const parsed = document.createElement("template");
  parsed.innerHTML = html;
  for (const node of parsed.content.querySelectorAll(ACTIVE_ELEMENTS)) node.remove();
  for (const node of parsed.content.querySelectorAll("*")) {
    const source = node.localName === "img" ? deck.pictures[node.getAttribute("src")] : undefined;
    for (const { name } of [...node.attributes]) {
      if (/^on|^(src|srcset|poster|background|ping|action|formaction)$/i.test(name)) node.removeAttribute(name);
    }
    if (source) node.setAttribute("src", source);
  }
  return parsed.content;
}

function drawCard() {
  const page = frame.contentDocument;
  const card = deck.cards[current];
  if (!page?.getElementById("qa") || !card) return;
  const { kind } = templateOf(card);
  const style = page.getElementById("face");
  if (style.dataset.kind !== kind) {
    style.textContent = deck.styles[kind];
    style.dataset.kind = kind;
  }
  page.documentElement.className = (onPhone() ? "mobile android chrome" : "linux chrome") + (isDark() ? " night-mode" : "");
  page.body.className = `card card${card.ord + 1}${isDark() ? " nightMode night_mode" : ""}`;
  page.getElementById("qa").replaceChildren(page.importNode(sanitised(visibleSide(card)), true));
  frame.style.background = getComputedStyle(page.body).backgroundColor; /* also behind the scroll bar */
  const line = isAnswerShown && page.getElementById("answer");
  frame.contentWindow.scrollTo(0, line ? line.getBoundingClientRect().top + frame.contentWindow.scrollY : 0);
  frame.title = isAnswerShown ? "Card: answer" : "Card: question";
  byId("flip-word").textContent = isAnswerShown ? "Show question" : "Show answer";
}

/* Show the details of the card. */
function drawDetails() {
  const card = deck.cards[current];
  const note = deck.notes[card.note];
  const index = listed.indexOf(current);
  byId("where").textContent = `${index < 0 ? "–" : (index + 1).toLocaleString("en")} of ${listed.length.toLocaleString("en")}`;
  const templateMark = element("span", "mark face", templateOf(card).name);
  byId("marks").replaceChildren(templateMark);
  if (card.confidence < MOST_CONFIDENCE) byId("marks").append(element("span", "mark", `confidence ${card.confidence}`));
  if (note.state) byId("marks").append(element("span", `mark ${note.state}`, `${note.state} ${deck.since}`));
  byId("doubts").replaceChildren(...(diagnosticsOf.get(card.note) ?? []).map(diagnosticItem));
  const source = byId("source");
  source.textContent = `${deck.files[fileOf(card)].path}:${card.line}`;
  linkToSource(source, fileOf(card), card.line);
  byId("link").href = `#${cardIdOf(current)}`;
  byId("tags").textContent = note.tags.join("  ");
  byId("previous").disabled = index === 0 || !listed.length;
  byId("next").disabled = index === listed.length - 1 || !listed.length;
}

function diagnosticItem(diagnostic) {
  const item = element("li", diagnostic.severity);
  const sourceLink = element("a", "", diagnostic.line ? `${diagnostic.path}:${diagnostic.line}` : diagnostic.path);
  linkToSource(sourceLink, fileNumbers.get(diagnostic.path), diagnostic.line);
  item.append(element("b", "", `${diagnostic.severity} ${diagnostic.code}`), sourceLink, element("span", "message", diagnostic.message));
  return item;
}

function flip() {
  const card = deck.cards[current];
  if (!card) return; /* a deck without a card */
  isAnswerShown = !isAnswerShown;
  drawCard();
  byId("say").textContent = isAnswerShown ? `Answer: ${card.answer}` : card.question;
}

/* A click turns the card; a click on a link opens it in a new page. */
function onClick(event) {
  const link = event.target.closest("a[href]");
  if (link) {
    event.preventDefault();
    if (/^(https?|mailto):/i.test(link.getAttribute("href"))) window.open(link.href, "_blank", "noopener,noreferrer");
    return;
  }
  if (event.target.closest("summary, input") || String(frame.contentWindow.getSelection())) return;
  flip();
}

function initialiseFrame() {
  const page = frame.contentDocument;
  if (!page?.getElementById("qa") || page.documentElement.dataset.ready) return;
  page.documentElement.dataset.ready = "yes";
  page.addEventListener("click", onClick);
  page.addEventListener("auxclick", (event) => event.target.closest("a[href]") && event.preventDefault());
  page.addEventListener("keydown", (event) => onKeyDown(event, true));
  drawCard();
}

frame.addEventListener("load", initialiseFrame);
