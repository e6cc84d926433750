"use strict";

/* The cards, as the data element tells them, and the words by which they are found. */

const deck = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

/* The problems of each note, by its number. */
const doubtsOf = new Map();
for (const problem of deck.diagnostics) {
  for (const note of problem.notes) {
    doubtsOf.set(note, [...(doubtsOf.get(note) ?? []), problem]);
  }
}

const cardNumbers = new Map(deck.cards.map((card, number) => [`${deck.notes[card.note].guid}-${card.ord}`, number]));

const fileNumbers = new Map(deck.files.map((file, number) => [file.path, number]));

function nameOf(number) {
  const card = deck.cards[number];
  return `${deck.notes[card.note].guid}-${card.ord}`;
}

function faceOf(card) {
  return deck.faces[card.face];
}

function fileOf(card) {
  return deck.sections[deck.notes[card.note].section].file;
}

/* Without case and accents, so that "resume" finds "Résumé". */
function plain(words) {
  return words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/* What is searched of each card; made once, when there is time or need. */
let found = null;

function searched() {
  found ??= deck.cards.map((card) => {
    const note = deck.notes[card.note];
    return plain(`${card.question}\n${card.answer}\n${note.heading_path}\n${note.tags.join(" ")}`);
  });
  return found;
}

/* Lead to a line of a source, on the network or beside this page; where it cannot be reached, only name it. */
function leadTo(link, file, line) {
  const address = deck.files[file]?.link.replaceAll("{line}", String(line || 1));
  if (address) {
    link.href = address;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  } else {
    link.removeAttribute("href");
  }
}

/* An element with a class and words: what notes say never becomes markup of this page. */
function element(tag, name, words = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = words;
  return made;
}
