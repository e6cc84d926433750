/* The list of cards. Only visible rows exist, so that ten thousand cards are as fast as ten. */

const HEADING_HEIGHT = 34; /* heights of a heading and of a row in pixels; list.css repeats them */
const ROW_HEIGHT = 62;
const OVERSCAN = 8; /* rows drawn above and below the visible ones */

const list = byId("list");
const rows = byId("rows");
const SIGNS = { Forwards: "→", Backwards: "←", Typed: "⌨" };

let listed = []; /* numbers of cards */
/* The lines of the list: the index of a card into `listed`, or of a heading -1 minus that of the card below it. Arrays of
   numbers, because a search makes them anew with every letter. */
let lines = new Int32Array(0);
let tops = new Float64Array(1); /* start of each line in pixels; one more entry than lines */
let lineOf = new Int32Array(0); /* by index into `listed` */
let current = -1; /* number of the card shown */

function listCards(numbers) {
  listed = numbers;
  const newLines = new Int32Array(2 * numbers.length);
  const newTops = new Float64Array(2 * numbers.length + 1);
  lineOf = new Int32Array(numbers.length);
  let count = 0;
  let headingPath = null;
  let file = -1;
  for (let index = 0; index < numbers.length; index += 1) {
    const note = deck.notes[deck.cards[numbers[index]].note];
    const noteFile = deck.sections[note.section].file;
    if (noteFile !== file || note.heading_path !== headingPath) {
      newLines[count] = -1 - index;
      newTops[count + 1] = newTops[count] + HEADING_HEIGHT;
      count += 1;
      headingPath = note.heading_path;
      file = noteFile;
    }
    lineOf[index] = count;
    newLines[count] = index;
    newTops[count + 1] = newTops[count] + ROW_HEIGHT;
    count += 1;
  }
  lines = newLines.subarray(0, count);
  tops = newTops.subarray(0, count + 1);
  rows.style.height = `${tops[count]}px`;
  drawnState = "";
  draw();
}

/* Return the index of the line at a height in pixels. */
function lineAt(height) {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tops[middle + 1] <= height) low = middle + 1;
    else high = middle;
  }
  return low;
}

let drawnState = "";

function draw() {
  const first = Math.max(0, lineAt(list.scrollTop) - OVERSCAN);
  const last = Math.min(lines.length, lineAt(list.scrollTop + list.clientHeight) + OVERSCAN);
  const state = `${first} ${last} ${current}`;
  if (state === drawnState) return;
  drawnState = state;
  const elements = [];
  for (let number = first; number < last; number += 1) {
    const line = lines[number];
    const row = line < 0 ? headingRow(headingAbove(-1 - line)) : cardRow(line);
    row.style.top = `${tops[number]}px`;
    elements.push(row);
  }
  rows.replaceChildren(...elements);
  const index = listed.indexOf(current);
  const isVisible = index >= 0 && lineOf[index] >= first && lineOf[index] < last;
  if (isVisible) list.setAttribute("aria-activedescendant", `row-${current}`);
  else list.removeAttribute("aria-activedescendant");
}

/* Return the heading above the first card of a group, or its file. */
function headingAbove(index) {
  const note = deck.notes[deck.cards[listed[index]].note];
  return note.heading_path || deck.files[deck.sections[note.section].file].path;
}

function headingRow(text) {
  const row = element("div", "head");
  row.setAttribute("role", "presentation");
  row.append(element("bdi", "", text));
  row.title = text;
  return row;
}

function cardRow(index) {
  const number = listed[index];
  const card = deck.cards[number];
  const template = templateOf(card);
  const row = element("div", "row");
  row.id = `row-${number}`;
  row.dataset.card = String(number);
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", String(number === current));
  row.setAttribute("aria-setsize", String(listed.length));
  row.setAttribute("aria-posinset", String(index + 1));
  const sign = element("span", "sign", SIGNS[template.name] ?? "…");
  sign.title = template.name;
  sign.setAttribute("role", "img");
  sign.setAttribute("aria-label", template.name);
  const question = element("span", "asks", card.question || deck.notes[card.note].heading_path);
  const answer = element("span", "answers", card.answer);
  question.dir = answer.dir = "auto";
  row.append(sign, question, answer, marksElement(card));
  return row;
}

/* Return the marks of a card: new, changed, with problems. */
function marksElement(card) {
  const marks = element("span", "marks");
  const { state } = deck.notes[card.note];
  if (state) marks.append(element("span", `mark ${state}`, state));
  const diagnostics = diagnosticsOf.get(card.note) ?? [];
  if (diagnostics.length) {
    const worst = ["error", "warning", "info"].find((severity) => diagnostics.some((diagnostic) => diagnostic.severity === severity));
    const mark = element("span", `mark ${worst}`, "⚠");
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", diagnostics.length === 1 ? "1 problem" : `${diagnostics.length} problems`);
    mark.title = diagnostics.map((diagnostic) => diagnostic.message).join("\n");
    marks.append(mark);
  }
  return marks;
}

/* Scroll to the card shown, and to its heading if there is room. */
function scrollToCurrent() {
  const index = listed.indexOf(current);
  if (index >= 0) {
    const line = lineOf[index];
    const top = tops[line] - (line && lines[line - 1] < 0 ? HEADING_HEIGHT : 0);
    const end = tops[line + 1] + ROW_HEIGHT; /* the next row too, to show that the list continues */
    if (top < list.scrollTop) list.scrollTop = top;
    else if (end > list.scrollTop + list.clientHeight) list.scrollTop = end - list.clientHeight;
  }
  draw();
}

list.addEventListener("scroll", draw, { passive: true });
new ResizeObserver(draw).observe(list);
