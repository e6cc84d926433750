/* Which cards are listed, and how many each file and section holds of them. */

const wanted = { words: [], file: "", section: "", kind: "", state: "" };

function isWanted(number) {
  const card = deck.cards[number];
  const note = deck.notes[card.note];
  if (wanted.kind) {
    const face = faceOf(card);
    const [kind, name] = wanted.kind.split("/");
    if (face.kind !== kind || (name && face.name !== name)) return false;
  }
  if (wanted.state === "problems" && !doubtsOf.has(card.note)) return false;
  if (wanted.state === "either" && !note.state) return false;
  if ((wanted.state === "new" || wanted.state === "changed") && note.state !== wanted.state) return false;
  return !wanted.words.length || wanted.words.every((word) => searched()[number].includes(word));
}

/* Give the numbers of the cards to list; files and sections count what the other filters leave. */
function chosen() {
  const files = new Array(deck.files.length).fill(0);
  const sections = new Array(deck.sections.length).fill(0);
  const numbers = [];
  for (let number = 0; number < deck.cards.length; number += 1) {
    if (!isWanted(number)) continue;
    const card = deck.cards[number];
    const section = deck.notes[card.note].section;
    const file = fileOf(card);
    files[file] += 1;
    sections[section] += 1;
    if (wanted.file !== "" && file !== wanted.file) continue;
    if (wanted.section !== "" && section !== wanted.section) continue;
    numbers.push(number);
  }
  return { numbers, files, sections, everywhere: files.reduce((sum, count) => sum + count, 0) };
}

function place(file, section, name, count, all) {
  const button = element("button", section === "" ? "file" : "section");
  button.type = "button";
  button.dataset.scope = section === "" ? String(file) : `${file}/${section}`;
  button.append(element("bdi", "", name), element("span", "number", String(count)));
  const here = wanted.file === file && wanted.section === section;
  if (here) button.setAttribute("aria-current", "true");
  const item = element("li", count || here || file === "" ? "" : "none");
  item.append(button);
  return item;
}

/* Files, and the sections of the one that is open. */
function showPlaces(files, sections) {
  const total = files.reduce((sum, count) => sum + count, 0);
  const items = [place("", "", "All files", total)];
  const names = deck.files.map((file) => file.path);
  const used = new Set(deck.sections.map((section) => section.file));
  names.forEach((name, file) => {
    if (!used.has(file)) return;
    const item = place(file, "", name, files[file]);
    if (wanted.file === file || used.size === 1) {
      const inside = element("ul", "");
      deck.sections.forEach((section, number) => {
        if (section.file === file) inside.append(place(file, number, section.name || "(no heading)", sections[number]));
      });
      item.append(inside);
    }
    items.push(item);
  });
  const list = byId("sections").firstElementChild;
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.scope : null;
  list.replaceChildren(...items);
  if (focused !== null) list.querySelector(`[data-scope="${focused}"]`)?.focus();
}

function readFilters() {
  wanted.words = plain(byId("search").value).split(/\s+/).filter(Boolean);
  const [file, section] = byId("file").value.split("/");
  wanted.file = file ? Number(file) : "";
  wanted.section = section ? Number(section) : "";
  wanted.kind = byId("kind").value;
  wanted.state = byId("state").value;
}

function isFiltered() {
  return Boolean(wanted.words.length || wanted.kind || wanted.state) || wanted.file !== "";
}

function clearFilters() {
  byId("search").value = "";
  for (const id of ["file", "kind", "state"]) byId(id).value = "";
}
