/* The page: keys, buttons, filters, and the way from note to note. */

const narrowScreen = matchMedia("(max-width: 760px)");
const SETTINGS_KEY = "studydeck-preview"; /* the theme is that of the preview */
const SEARCH_DELAY = 150; /* milliseconds after the last letter */

function focusNote() {
  (narrowScreen.matches ? byId("stage") : list).focus({ preventScroll: true });
}

async function goTo(guid, opened = true) {
  if (guid !== current) {
    cardIndex = 0;
    closePanels();
  }
  current = guid;
  if (opened && guid) openStage();
  scrollToCurrent();
  const view = await showCurrent();
  if (view && document.activeElement !== list && guid === current) byId("marks").setAttribute("aria-label", view.question);
}

/* On a phone either the list or the note is shown; the browser's back leads from one to the other. */
function openStage() {
  if (!narrowScreen.matches || document.body.classList.contains("reading")) return;
  document.body.classList.add("reading");
  history.pushState({ opened: true }, "");
  byId("stage").focus({ preventScroll: true });
}

function returnToList() {
  if (!document.body.classList.contains("reading")) return;
  if (history.state?.opened) history.back();
  else document.body.classList.remove("reading");
  list.focus();
}

async function step(offset) {
  const index = places.get(current);
  const target = index === undefined ? 0 : index + offset;
  if (target >= 0 && target < guids.length) await goTo(guids[target], document.body.classList.contains("reading"));
  else if (guids.length && target >= guids.length) await reachEnd();
}

/* After the last note, list what is left. */
async function reachEnd() {
  await sending;
  await loadList();
  await goTo(current, false);
  say(guids.length ? "That was the last note of the list; this is what is left." : "That was the last note of the list.");
}

async function applyFilters() {
  await sending;
  await loadList();
  list.scrollTop = 0;
  await goTo(guids.includes(current) ? current : guids[0] ?? "", false);
}

async function nextFilter() {
  const { options, selectedIndex } = byId("filter");
  byId("filter").selectedIndex = (selectedIndex + 1) % options.length;
  await applyFilters();
  say(byId("filter").selectedOptions[0].textContent);
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId("theme").setAttribute("aria-pressed", String(theme === "dark"));
  const view = views.get(current);
  if (view) drawCard(view);
}

function storedSettings() {
  try {
    return JSON.parse(localStorage.getItem(SETTINGS_KEY)) ?? {};
  } catch {
    return {};
  }
}

function switchTheme() {
  setTheme(isDark() ? "light" : "dark");
  try {
    localStorage.setItem(SETTINGS_KEY, JSON.stringify({ ...storedSettings(), theme: document.documentElement.dataset.theme }));
  } catch {
    /* the theme is not stored */
  }
}

/* The keys; those that decide or move wait for what was done before. */
const ORDERED_KEYS = {
  j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
  Home: () => step(-(places.get(current) ?? 0)), End: () => step(guids.length - 1 - (places.get(current) ?? 0)),
  r: keep, Enter: keep, s: skip, u: undo, h: openPhrase, i: askItems, t: openTags, l: showSource, e: openEditor,
  o: () => setWays("one"), b: () => setWays("both"), f: nextFilter, " ": flip,
};
const REPEATED_KEYS = new Set(["j", "k", "ArrowDown", "ArrowUp"]);
const KEYS = {
  "/": () => { returnToList(); byId("search").focus(); byId("search").select(); },
  "?": () => byId("help").showModal(), d: switchTheme, Escape: returnToList,
};

/* Return the key as these tables name it; on a keyboard without Latin letters, by its place on one that has them. */
function nameOf(event) {
  if (/^[^\x00-\x7f]$/.test(event.key) && /^Key[A-Z]$/.test(event.code)) return event.code.slice(3).toLowerCase();
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

function onKeyDown(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.target.closest?.("input, select, textarea")) return;
  const key = nameOf(event);
  if (event.repeat && !REPEATED_KEYS.has(key)) return; /* a key that is held decides once */
  if ((key === " " || key === "Enter") && event.target.closest?.("button, a, summary")) return;
  if (/^[1-9]$/.test(key)) act(() => showCard(Number(key) - 1));
  else if (ORDERED_KEYS[key]) act(ORDERED_KEYS[key]);
  else if (KEYS[key]) KEYS[key]();
  else return;
  event.preventDefault();
}

/* The sentence can be selected and not changed. */
function onSentenceKey(event) {
  if (event.key === "Escape") closePanels();
  else if (event.key === "Enter") act(() => hidePhrase(true));
  else if (event.key === "+") act(() => hidePhrase(false));
  else return;
  event.preventDefault();
}

function onSearchKey(event) {
  if (event.key === "Escape" && event.target.value) {
    event.target.value = "";
    act(applyFilters);
  } else if (["Escape", "Enter", "ArrowDown"].includes(event.key)) {
    list.focus();
  } else {
    return;
  }
  event.preventDefault();
}

let searchTimer = 0;

function addListeners() {
  document.addEventListener("keydown", onKeyDown);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("search").addEventListener("input", () => { clearTimeout(searchTimer); searchTimer = setTimeout(() => act(applyFilters), SEARCH_DELAY); });
  byId("search").addEventListener("keydown", onSearchKey);
  for (const id of ["filter", "order"]) byId(id).addEventListener("change", () => act(applyFilters));
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-note]");
    if (row) act(() => goTo(row.dataset.note));
  });
  const buttons = {
    keep, skip, undo, items: askItems, flip, one: ORDERED_KEYS.o, both: ORDERED_KEYS.b, hide: openPhrase, tag: openTags,
    "hide-too": () => hidePhrase(false), "hide-rule": hideAsRules, source: showSource, previous: ORDERED_KEYS.k, next: ORDERED_KEYS.j,
  };
  for (const [id, action] of Object.entries(buttons)) byId(id).addEventListener("click", () => act(action));
  byId("back").addEventListener("click", returnToList);
  byId("theme").addEventListener("click", switchTheme);
  byId("help-open").addEventListener("click", () => byId("help").showModal());
  byId("cards").addEventListener("click", (event) => {
    const button = event.target.closest("[data-card]");
    if (button) showCard(Number(button.dataset.card));
  });
  byId("links").addEventListener("click", rememberEditor);
  byId("sentence").addEventListener("beforeinput", (event) => event.preventDefault());
  byId("sentence").addEventListener("keydown", onSentenceKey);
  byId("phrase").addEventListener("submit", (event) => { event.preventDefault(); act(() => hidePhrase(true)); });
  byId("tagging").addEventListener("submit", (event) => { event.preventDefault(); act(saveTags); });
  byId("tags").addEventListener("keydown", (event) => event.key === "Escape" && closePanels());
  for (const button of document.querySelectorAll(".cancel")) button.addEventListener("click", closePanels);
  document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); byId("stage").focus(); });
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
  window.addEventListener("popstate", () => document.body.classList.remove("reading"));
  /* A click into the card puts the focus into its frame, where no key would reach this page. */
  window.addEventListener("blur", () => setTimeout(() => document.activeElement === byId("card") && focusNote()));
  window.addEventListener("beforeunload", (event) => unsent && event.preventDefault());
}

/* Show the notes anew after each build that changed them. */
async function followBuilds(build) {
  for (let seen = build; ;) {
    const answer = await request(`changes?build=${seen}`);
    if (!answer.ok) {
      showProblem(answer.error);
      if (answer.status === 403) return;
      await new Promise((resolve) => setTimeout(resolve, 2000));
    } else if (answer.build !== seen) {
      seen = answer.build;
      await act(async () => {
        await sending;
        forgetViews();
        await loadList(true);
        await goTo(current, false);
      });
    }
  }
}

setTheme(storedSettings().theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
addListeners();
act(async () => {
  const build = await loadList();
  if (build === undefined) return;
  if (document.activeElement === document.body) list.focus();
  goTo(current, false);
  followBuilds(build);
});
