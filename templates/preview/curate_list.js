/* The list of notes. Its order comes as GUIDs; the lines of the visible ones are fetched, and only these rows exist. */

const ROW_HEIGHT = 62; /* of a row in pixels; list.css repeats it */
const OVERSCAN = 8; /* rows drawn above and below the visible ones */
const LINES_A_REQUEST = 60;
const SIGNS = { kept: "✓", skipped: "✕", "other words": "≠", "not asked": "…", "": "" };

const list = byId("list");
const rows = byId("rows");

let guids = []; /* of the notes listed */
let places = new Map(); /* GUID -> its index in the list */
let lines = new Map(); /* GUID -> its line, as far as fetched */
let current = ""; /* GUID of the note shown */
let releaseName = ""; /* of the last release */
let fetching = false;
let listing = 0; /* counts the lists, so that the answer to an earlier request is not shown */

/* Fetch and show the list that the filters choose. With `isSame` list it stays the list that it was: the current note
   stays in it, though it may be reviewed now. */
async function loadList(isSame = false) {
  listing += 1;
  const own = listing;
  const query = new URLSearchParams({ filter: byId("filter").value, order: byId("order").value, search: byId("search").value });
  const answer = await request(`list?${query}`);
  if (own !== listing) return answer.build;
  if (!answer.ok) {
    showProblem(answer.error);
    return undefined;
  }
  showProblem(answer.problem);
  showDeck(answer);
  const index = places.get(current) ?? 0;
  guids = answer.notes;
  if (isSame && current && !guids.includes(current) && (await viewOf(current))) guids.splice(index, 0, current);
  places = new Map(guids.map((guid, number) => [guid, number]));
  lines = new Map();
  rows.style.height = `${guids.length * ROW_HEIGHT}px`;
  list.hidden = !guids.length;
  byId("nothing").hidden = guids.length > 0;
  byId("nothing").textContent = answer.left || !answer.total ? "No note is like this." : "All notes are reviewed.";
  const total = answer.total.toLocaleString("en");
  byId("count").textContent = `${guids.length.toLocaleString("en")} of ${total} ${answer.total === 1 ? "note" : "notes"}`;
  showLeft(answer.left);
  if (!places.has(current)) current = guids[Math.min(index, guids.length - 1)] ?? "";
  draw();
  await fetchLines();
  return answer.build;
}

function showDeck({ deck, release, lists, undo }) {
  if (!deck) return;
  byId("deck").textContent = deck.name;
  byId("version").textContent = deck.version;
  byId("deck").lang = list.lang = byId("note").lang = deck.language;
  document.title = `${deck.name}: curate`;
  releaseName = release;
  byId("filter").querySelector("[value=new]").textContent = release ? `New since ${release}` : "New: nothing is released yet";
  byId("filter").querySelector("[value=lists]").textContent = `Long lists, not asked: ${lists}`;
  byId("undo").disabled = !undo;
  styles = deck.styles;
}

function showLeft(left) {
  byId("left").textContent = left === 1 ? "1 note left" : `${left.toLocaleString("en")} notes left`;
}

function visibleRange() {
  const first = Math.max(0, Math.floor(list.scrollTop / ROW_HEIGHT) - OVERSCAN);
  return [first, Math.min(guids.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW_HEIGHT) + OVERSCAN)];
}

function draw() {
  const [first, last] = visibleRange();
  const elements = [];
  for (let index = first; index < last; index += 1) elements.push(noteRow(index));
  rows.replaceChildren(...elements);
  const index = places.get(current);
  if (index >= first && index < last) list.setAttribute("aria-activedescendant", `row-${current}`);
  else list.removeAttribute("aria-activedescendant");
}

function noteRow(index) {
  const guid = guids[index];
  const line = lines.get(guid);
  const row = element("div", "row");
  row.id = `row-${guid}`;
  row.dataset.note = guid;
  row.style.top = `${index * ROW_HEIGHT}px`;
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", String(guid === current));
  row.setAttribute("aria-setsize", String(guids.length));
  row.setAttribute("aria-posinset", String(index + 1));
  if (!line) {
    row.append(element("span", "sign"), element("span", "asks", "…"));
    return row;
  }
  const sign = element("span", `sign ${line.decision}`, SIGNS[line.decision]);
  sign.setAttribute("role", "img");
  sign.setAttribute("aria-label", line.decision || "not yet reviewed");
  const question = element("span", "asks", line.question);
  const answer = element("span", "answers", line.answer);
  question.dir = answer.dir = "auto";
  const marks = element("span", "marks");
  if (line.since) marks.append(element("span", "mark", `since ${line.since}`));
  if (line.state) marks.append(element("span", `mark ${line.state}`, line.state));
  row.classList.toggle("is-skipped", line.decision === "skipped");
  row.append(sign, question, answer, marks);
  return row;
}

/* Fetch the lines of visible rows that were not fetched yet, until there are none. */
async function fetchLines() {
  if (fetching) return;
  fetching = true;
  const own = listing;
  for (;;) {
    const [first, last] = visibleRange();
    const missing = guids.slice(first, last).filter((guid) => !lines.has(guid)).slice(0, LINES_A_REQUEST);
    if (!missing.length) break;
    const answer = await request(`notes?notes=${missing.join(",")}`);
    if (!answer.ok || own !== listing) break;
    for (const guid of missing) lines.set(guid, null); /* a note that is not there any more stays empty */
    for (const line of answer.lines) lines.set(line.note, line);
    draw();
  }
  fetching = false;
  if (own !== listing) await fetchLines();
}

/* Put a newer line of a note in the place of the one shown. */
function updateLine(line) {
  if (places.has(line.note)) lines.set(line.note, line);
  draw();
}

function scrollToCurrent() {
  const index = places.get(current);
  if (index !== undefined) {
    const top = index * ROW_HEIGHT;
    const end = top + 2 * ROW_HEIGHT; /* the next row too, to show that the list continues */
    if (top < list.scrollTop) list.scrollTop = top;
    else if (end > list.scrollTop + list.clientHeight) list.scrollTop = end - list.clientHeight;
  }
  draw();
}

function onListMoved() {
  draw();
  fetchLines();
}

list.addEventListener("scroll", onListMoved, { passive: true });
new ResizeObserver(onListMoved).observe(list);
