/* The page: events, filters, theme, device, and the address of a card. */

const narrowScreen = matchMedia("(max-width: 760px)");
const STORAGE_KEY = "studydeck-preview";

/* Some browsers give pages from the disk no storage. */
function storedSettings() {
  try {
    return JSON.parse(localStorage.getItem(STORAGE_KEY)) ?? {};
  } catch {
    return {};
  }
}

function storeSettings(values) {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify({ ...storedSettings(), ...values }));
  } catch {
    /* the settings are not stored */
  }
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId("theme").setAttribute("aria-pressed", String(theme === "dark"));
  drawCard();
}

function setDevice(device) {
  document.documentElement.dataset.device = device;
  byId("device").setAttribute("aria-pressed", String(device === "phone"));
  drawCard();
}

function switchTheme() {
  setTheme(isDark() ? "light" : "dark");
  storeSettings({ theme: document.documentElement.dataset.theme });
}

function switchDevice() {
  setDevice(document.documentElement.dataset.device === "phone" ? "desk" : "phone");
  storeSettings({ device: document.documentElement.dataset.device });
}

/* Show a card; `opened` is true if the reader chose it, false if a filter did. */
function show(number, opened = true) {
  current = number;
  isAnswerShown = byId("keep").checked;
  drawCard();
  drawDetails();
  scrollToCurrent();
  if (!opened) return;
  if (document.activeElement !== list) byId("say").textContent = deck.cards[number].question; /* otherwise the list announces it */
  const address = `#${cardIdOf(number)}`;
  if (narrowScreen.matches && !document.body.classList.contains("reading")) {
    document.body.classList.add("reading");
    history.pushState({ opened: true }, "", address);
    drawCard();
    byId("stage").focus({ preventScroll: true });
  } else {
    history.replaceState(history.state, "", address);
  }
}

function step(offset) {
  if (!listed.length) return;
  const index = listed.indexOf(current);
  const target = index < 0 ? 0 : Math.min(listed.length - 1, Math.max(0, index + offset));
  if (target !== index) show(listed[target]);
}

function applyFilters() {
  readFilters();
  const { numbers, files, sections, everywhere } = selectCards();
  list.hidden = numbers.length === 0;
  listCards(numbers);
  if (numbers.includes(current)) {
    drawDetails();
    scrollToCurrent();
  } else if (numbers.length) {
    list.scrollTop = 0;
    show(numbers[0], false);
  } else if (current >= 0) {
    drawDetails();
  }
  /* What is around the list comes last: the list asks for its height, for which the browser lays out what changed. */
  showSections(files, sections);
  const total = deck.cards.length.toLocaleString("en");
  const count = numbers.length.toLocaleString("en");
  byId("count").textContent = isFiltered() ? `${count} of ${total} cards` : `${total} cards`;
  byId("clear").hidden = !isFiltered();
  byId("nothing").hidden = numbers.length > 0;
  byId("nothing").textContent = everywhere ? `No card matches here, but ${everywhere} elsewhere.` : "No card matches.";
}

/* Show the card in the fragment of the address, or the list if there is none. */
function showAddressedCard() {
  const number = cardNumbers.get(location.hash.slice(1));
  if (number === undefined) {
    document.body.classList.remove("reading");
    return;
  }
  if (!listed.includes(number)) {
    clearFilters();
    applyFilters();
  }
  document.body.classList.add("reading");
  show(number, false);
}

function returnToList() {
  if (history.state?.opened) {
    history.back();
  } else {
    document.body.classList.remove("reading");
    history.replaceState(null, "", location.pathname + location.search);
  }
  list.focus();
}

function diagnosticItemWithCard(diagnostic) {
  const item = diagnosticItem(diagnostic);
  if (diagnostic.card >= 0) {
    const button = element("button", "", "Show card");
    button.type = "button";
    button.addEventListener("click", () => {
      byId("problems").close();
      if (!listed.includes(diagnostic.card)) {
        clearFilters();
        applyFilters();
      }
      show(diagnostic.card);
      (narrowScreen.matches ? byId("stage") : list).focus(); /* instead of the button that opened the dialog */
    });
    item.querySelector(".message").before(button);
  }
  return item;
}

function openDiagnostics() {
  const items = byId("problems").querySelector("ol");
  if (!items.children.length) items.append(...deck.diagnostics.map(diagnosticItemWithCard));
  byId("problems").showModal();
}

function addListeners() {
  document.addEventListener("keydown", (event) => onKeyDown(event));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("search").addEventListener("input", applyFilters);
  byId("search").addEventListener("keydown", searchKey);
  for (const id of ["file", "kind", "state", "order"]) byId(id).addEventListener("change", applyFilters);
  byId("clear").addEventListener("click", () => { clearFilters(); applyFilters(); byId("search").focus(); });
  byId("sections").addEventListener("click", (event) => {
    const scope = event.target.closest("button")?.dataset.scope;
    if (scope === undefined) return;
    byId("file").value = scope;
    applyFilters();
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-card]");
    if (row) show(Number(row.dataset.card));
  });
  byId("flip").addEventListener("click", flip);
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  byId("back").addEventListener("click", returnToList);
  byId("keep").addEventListener("change", () => { isAnswerShown = byId("keep").checked; drawCard(); });
  byId("theme").addEventListener("click", switchTheme);
  byId("device").addEventListener("click", switchDevice);
  byId("help-open").addEventListener("click", () => byId("help").showModal());
  byId("problems-open").addEventListener("click", openDiagnostics);
  document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); byId("stage").focus(); });
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
  window.addEventListener("popstate", showAddressedCard);
  narrowScreen.addEventListener("change", drawCard);
}

const settings = storedSettings();
setTheme(settings.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
setDevice(settings.device ?? "desk");
addListeners();
applyFilters();
showAddressedCard();
initialiseFrame();
(window.requestIdleCallback ?? setTimeout)(getSearchTexts);
