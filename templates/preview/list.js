/* The list of cards. Only the rows that are seen exist, so that ten thousand are as quick as ten. */

const HEAD = 34; /* the heights of a heading and of a card, in pixels; list.css has them too */
const ROW = 62;
const BEYOND = 8; /* rows kept above and below what is seen */

const list = byId("list");
const rows = byId("rows");
const SIGNS = { Forwards: "→", Backwards: "←", Typed: "⌨" };

let listed = []; /* numbers of cards */
let lines = []; /* what the list shows: {head} or {at}, an index into `listed` */
let tops = [0]; /* where each line begins; one more than lines */
let lineOf = []; /* by index into `listed` */
let current = -1; /* number of the card on the stage */

function layOut(numbers) {
  listed = numbers;
  lines = [];
  tops = [0];
  lineOf = [];
  let trail = null;
  numbers.forEach((number, at) => {
    const note = deck.notes[deck.cards[number].note];
    const here = `${deck.sections[note.section].file} ${note.heading_path}`;
    if (here !== trail) {
      lines.push({ head: note.heading_path || deck.files[deck.sections[note.section].file].path });
      tops.push(tops.at(-1) + HEAD);
      trail = here;
    }
    lineOf.push(lines.length);
    lines.push({ at });
    tops.push(tops.at(-1) + ROW);
  });
  rows.style.height = `${tops.at(-1)}px`;
  drawn = "";
  draw();
}

/* The line that stands at a height. */
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

let drawn = "";

function draw() {
  const first = Math.max(0, lineAt(list.scrollTop) - BEYOND);
  const last = Math.min(lines.length, lineAt(list.scrollTop + list.clientHeight) + BEYOND);
  const wish = `${first} ${last} ${current}`;
  if (wish === drawn) return;
  drawn = wish;
  const made = [];
  for (let number = first; number < last; number += 1) {
    const line = lines[number];
    const row = line.head === undefined ? cardRow(line.at) : headRow(line.head);
    row.style.top = `${tops[number]}px`;
    made.push(row);
  }
  rows.replaceChildren(...made);
  const at = listed.indexOf(current);
  const seen = at >= 0 && lineOf[at] >= first && lineOf[at] < last;
  if (seen) list.setAttribute("aria-activedescendant", `row-${current}`);
  else list.removeAttribute("aria-activedescendant");
}

function headRow(words) {
  const row = element("div", "head");
  row.setAttribute("role", "presentation");
  row.append(element("bdi", "", words));
  row.title = words;
  return row;
}

function cardRow(at) {
  const number = listed[at];
  const card = deck.cards[number];
  const face = faceOf(card);
  const row = element("div", "row");
  row.id = `row-${number}`;
  row.dataset.card = String(number);
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", String(number === current));
  row.setAttribute("aria-setsize", String(listed.length));
  row.setAttribute("aria-posinset", String(at + 1));
  const sign = element("span", "sign", SIGNS[face.name] ?? "…");
  sign.title = face.name;
  sign.setAttribute("role", "img");
  sign.setAttribute("aria-label", face.name);
  const asks = element("span", "asks", card.question || deck.notes[card.note].heading_path);
  const answers = element("span", "answers", card.answer);
  asks.dir = answers.dir = "auto";
  row.append(sign, asks, answers, marksOf(card));
  return row;
}

/* What is to be known of a card before it is read: new, changed, doubtful. */
function marksOf(card) {
  const marks = element("span", "marks");
  const { state } = deck.notes[card.note];
  if (state) marks.append(element("span", `mark ${state}`, state));
  const doubts = doubtsOf.get(card.note) ?? [];
  if (doubts.length) {
    const worst = ["error", "warning", "info"].find((one) => doubts.some((doubt) => doubt.severity === one));
    const mark = element("span", `mark ${worst}`, "⚠");
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", doubts.length === 1 ? "1 problem" : `${doubts.length} problems`);
    mark.title = doubts.map((doubt) => doubt.message).join("\n");
    marks.append(mark);
  }
  return marks;
}

/* Bring the card on the stage into view; its heading too, where there is room. */
function reveal() {
  const at = listed.indexOf(current);
  if (at >= 0) {
    const line = lineOf[at];
    const top = tops[line] - (line && lines[line - 1].head !== undefined ? HEAD : 0);
    const end = tops[line + 1] + ROW; /* the next one, too: there is more to come */
    if (top < list.scrollTop) list.scrollTop = top;
    else if (end > list.scrollTop + list.clientHeight) list.scrollTop = end - list.clientHeight;
  }
  draw();
}

list.addEventListener("scroll", draw, { passive: true });
new ResizeObserver(draw).observe(list);
