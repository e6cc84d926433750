/* Select the cards of the list, and count them for each file and section. */

const criteria = { words: [], file: "", section: "", kind: "", state: "", order: "" };

/* Return whether a card fits the filters besides the words; `kind` and `name` are those of its template, if chosen. */
function isChosen(card, kind, name) {
  if (kind) {
    const template = templateOf(card);
    if (template.kind !== kind || (name && template.name !== name)) return false;
  }
  if (criteria.state === "problems") return diagnosticsOf.has(card.note);
  if (criteria.state === "either") return Boolean(deck.notes[card.note].state);
  return !criteria.state || deck.notes[card.note].state === criteria.state;
}

function hasWords(text) {
  for (const word of criteria.words) if (!text.includes(word)) return false;
  return true;
}

/* Return the numbers of the cards to list, and the counts of files and sections after all other filters. */
function selectCards() {
  const files = new Array(deck.files.length).fill(0);
  const sections = new Array(deck.sections.length).fill(0);
  const numbers = [];
  const [kind, name] = criteria.kind.split("/");
  const texts = criteria.words.length ? getSearchTexts() : null;
  for (let number = 0; number < deck.cards.length; number += 1) {
    const card = deck.cards[number];
    if (!isChosen(card, kind, name) || (texts && !hasWords(texts[number]))) continue;
    const section = deck.notes[card.note].section;
    const { file } = deck.sections[section];
    files[file] += 1;
    sections[section] += 1;
    if (criteria.file !== "" && file !== criteria.file) continue;
    if (criteria.section !== "" && section !== criteria.section) continue;
    numbers.push(number);
  }
  if (criteria.order === "weak") numbers.sort((a, b) => deck.cards[a].confidence - deck.cards[b].confidence || a - b);
  return { numbers, files, sections, everywhere: files.reduce((sum, count) => sum + count, 0) };
}

function sectionItem(file, section, name, count, all) {
  const button = element("button", section === "" ? "file" : "section");
  button.type = "button";
  button.dataset.scope = section === "" ? String(file) : `${file}/${section}`;
  button.append(element("bdi", "", name), element("span", "number", String(count)));
  const isCurrent = criteria.file === file && criteria.section === section;
  if (isCurrent) button.setAttribute("aria-current", "true");
  const item = element("li", count || isCurrent || file === "" ? "" : "none");
  item.append(button);
  return item;
}

/* Show the files, and the sections of the current one. */
function showSections(files, sections) {
  const total = files.reduce((sum, count) => sum + count, 0);
  const items = [sectionItem("", "", "All files", total)];
  const names = deck.files.map((file) => file.path);
  const usedFiles = new Set(deck.sections.map((section) => section.file));
  names.forEach((name, file) => {
    if (!usedFiles.has(file)) return;
    const item = sectionItem(file, "", name, files[file]);
    if (criteria.file === file || usedFiles.size === 1) {
      const sectionList = element("ul", "");
      deck.sections.forEach((section, number) => {
        if (section.file === file) sectionList.append(sectionItem(file, number, section.name || "(no heading)", sections[number]));
      });
      item.append(sectionList);
    }
    items.push(item);
  });
  const fileList = byId("sections").firstElementChild;
  const focused = fileList.contains(document.activeElement) ? document.activeElement.dataset.scope : null;
  fileList.replaceChildren(...items);
  if (focused !== null) fileList.querySelector(`[data-scope="${focused}"]`)?.focus();
}

function readFilters() {
  criteria.words = normalise(byId("search").value).split(/\s+/).filter(Boolean);
  const [file, section] = byId("file").value.split("/");
  criteria.file = file ? Number(file) : "";
  criteria.section = section ? Number(section) : "";
  criteria.kind = byId("kind").value;
  criteria.state = byId("state").value;
  criteria.order = byId("order").value;
}

function isFiltered() {
  return Boolean(criteria.words.length || criteria.kind || criteria.state) || criteria.file !== "";
}

function clearFilters() {
  byId("search").value = "";
  for (const id of ["file", "kind", "state", "order"]) byId(id).value = "";
}
