/* The page: what is chosen, keys, theme, the address of a card. */

const narrow = matchMedia("(max-width: 760px)");
const KEY = "studydeck-preview";

/* Some browsers forbid a page from the disk to remember anything. */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function remember(values) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...remembered(), ...values }));
  } catch {
    /* then it is forgotten */
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
  setTheme(night() ? "light" : "dark");
  remember({ theme: document.documentElement.dataset.theme });
}

function switchDevice() {
  setDevice(document.documentElement.dataset.device === "phone" ? "desk" : "phone");
  remember({ device: document.documentElement.dataset.device });
}

/* Put a card on the stage; `opened` is true where the reader asked for it, and not only a filter. */
function show(number, opened = true) {
  current = number;
  answered = byId("keep").checked;
  drawCard();
  drawAround();
  reveal();
  if (!opened) return;
  if (document.activeElement !== list) byId("say").textContent = deck.cards[number].question; /* else the list says it */
  const address = `#${nameOf(number)}`;
  if (narrow.matches && !document.body.classList.contains("reading")) {
    document.body.classList.add("reading");
    history.pushState({ opened: true }, "", address);
    drawCard();
    byId("stage").focus({ preventScroll: true });
  } else {
    history.replaceState(history.state, "", address);
  }
}

function step(by) {
  if (!listed.length) return;
  const at = listed.indexOf(current);
  const to = at < 0 ? 0 : Math.min(listed.length - 1, Math.max(0, at + by));
  if (to !== at) show(listed[to]);
}

function filter() {
  readFilters();
  const { numbers, files, sections, everywhere } = chosen();
  showPlaces(files, sections);
  layOut(numbers);
  const total = deck.cards.length.toLocaleString("en");
  const count = numbers.length.toLocaleString("en");
  byId("count").textContent = isFiltered() ? `${count} of ${total} cards` : `${total} cards`;
  byId("clear").hidden = !isFiltered();
  byId("nothing").hidden = numbers.length > 0;
  byId("nothing").textContent = everywhere ? `No card matches here, but ${everywhere} elsewhere.` : "No card matches.";
  list.hidden = numbers.length === 0;
  if (!numbers.length) {
    if (current >= 0) drawAround();
    return;
  }
  if (numbers.includes(current)) {
    drawAround();
    reveal();
  } else {
    list.scrollTop = 0;
    show(numbers[0], false);
  }
}

/* Show the card that the address names; without one, the list. */
function arrive() {
  const number = cardNumbers.get(location.hash.slice(1));
  if (number === undefined) {
    document.body.classList.remove("reading");
    return;
  }
  if (!listed.includes(number)) {
    clearFilters();
    filter();
  }
  document.body.classList.add("reading");
  show(number, false);
}

function leave() {
  if (history.state?.opened) {
    history.back();
  } else {
    document.body.classList.remove("reading");
    history.replaceState(null, "", location.pathname + location.search);
  }
  list.focus();
}

function problemItem(problem) {
  const item = doubtItem(problem);
  if (problem.card >= 0) {
    const button = element("button", "", "Show card");
    button.type = "button";
    button.addEventListener("click", () => {
      byId("problems").close();
      if (!listed.includes(problem.card)) {
        clearFilters();
        filter();
      }
      show(problem.card);
      (narrow.matches ? byId("stage") : list).focus(); /* and not the button that opened the panel */
    });
    item.querySelector(".message").before(button);
  }
  return item;
}

function openProblems() {
  const items = byId("problems").querySelector("ol");
  if (!items.children.length) items.append(...deck.diagnostics.map(problemItem));
  byId("problems").showModal();
}

function listen() {
  document.addEventListener("keydown", (event) => pressed(event));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("search").addEventListener("input", filter);
  byId("search").addEventListener("keydown", searchKey);
  for (const id of ["file", "kind", "state"]) byId(id).addEventListener("change", filter);
  byId("clear").addEventListener("click", () => { clearFilters(); filter(); byId("search").focus(); });
  byId("sections").addEventListener("click", (event) => {
    const scope = event.target.closest("button")?.dataset.scope;
    if (scope === undefined) return;
    byId("file").value = scope;
    filter();
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-card]");
    if (row) show(Number(row.dataset.card));
  });
  byId("flip").addEventListener("click", flip);
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  byId("back").addEventListener("click", leave);
  byId("keep").addEventListener("change", () => { answered = byId("keep").checked; drawCard(); });
  byId("theme").addEventListener("click", switchTheme);
  byId("device").addEventListener("click", switchDevice);
  byId("help-open").addEventListener("click", () => byId("help").showModal());
  byId("problems-open").addEventListener("click", openProblems);
  document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); byId("stage").focus(); });
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
  window.addEventListener("popstate", arrive);
  narrow.addEventListener("change", drawCard);
}

const before = remembered();
setTheme(before.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
setDevice(before.device ?? "desk");
listen();
filter();
arrive();
frameIsReady();
(window.requestIdleCallback ?? setTimeout)(searched);
