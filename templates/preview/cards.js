"use strict";

/* The cards from the data element, and their texts for the search. */

const deck = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

/* Note number -> its diagnostics. */
const diagnosticsOf = new Map();
for (const diagnostic of deck.diagnostics) {
  for (const note of diagnostic.notes) {
    diagnosticsOf.set(note, [...(diagnosticsOf.get(note) ?? []), diagnostic]);
  }
}

const cardNumbers = new Map(deck.cards.map((card, number) => [`${deck.notes[card.note].guid}-${card.ord}`, number]));

const fileNumbers = new Map(deck.files.map((file, number) => [file.path, number]));

function cardIdOf(number) {
  const card = deck.cards[number];
  return `${deck.notes[card.note].guid}-${card.ord}`;
}

function templateOf(card) {
  return deck.templates[card.template];
}

function fileOf(card) {
  return deck.sections[deck.notes[card.note].section].file;
}

/* Return text without case and accents, so that "resume" finds "Résumé". */
function normalise(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/* The text of each card for the search; computed once, when the browser is idle or a search begins. */
let searchTexts = null;

function getSearchTexts() {
  searchTexts ??= deck.cards.map((card) => {
    const note = deck.notes[card.note];
    return normalise(`${card.question}\n${card.answer}\n${note.heading_path}\n${note.tags.join(" ")}`);
  });
  return searchTexts;
}

/* Link to a line of a source; without an address the element stays plain text. */
function linkToSource(link, file, line) {
  const address = deck.files[file]?.link.replaceAll("{line}", String(line || 1));
  if (address) {
    link.href = address;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  } else {
    link.removeAttribute("href");
  }
}

/* Return an element with a class and text: the content of notes never becomes markup of this page. */
function element(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}
