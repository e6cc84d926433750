/* Keyboard shortcuts, in the page and inside the card. */

const rowsPerPage = () => Math.max(1, Math.floor(list.clientHeight / ROW_HEIGHT) - 1);
const KEYS = {
  j: () => step(1), k: () => step(-1),
  ArrowRight: () => step(1), ArrowLeft: () => step(-1),
  ArrowDown: () => step(1), ArrowUp: () => step(-1),
  PageDown: () => step(rowsPerPage()), PageUp: () => step(-rowsPerPage()),
  Home: () => step(-listed.length), End: () => step(listed.length),
  " ": flip, Enter: flip,
  "/": () => { closeCard(); byId("search").focus(); byId("search").select(); },
  a: () => byId("keep").click(), t: switchTheme, p: switchDevice,
  "?": () => byId("help").showModal(),
  Escape: () => narrowScreen.matches && document.body.classList.contains("reading") && returnToList(),
};
const SCROLLING = new Set(["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"]);

function closeCard() {
  if (narrowScreen.matches && document.body.classList.contains("reading")) returnToList();
}

/* Run the action of a key; inside the card some keys scroll, and input fields keep all keys. */
function onKeyDown(event, inCard = false) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  const isInput = event.target.closest?.("input:not([type=checkbox]), select, textarea");
  if (!action || isInput || (inCard && SCROLLING.has(event.key))) return;
  if ((event.key === " " || event.key === "Enter") && event.target.closest?.("button, a, summary, input")) return;
  event.preventDefault();
  action();
}

function searchKey(event) {
  if (event.key === "Escape") {
    if (event.target.value) {
      event.target.value = "";
      applyFilters();
    } else {
      list.focus();
    }
  } else if (event.key === "ArrowDown" || event.key === "Enter") {
    list.focus();
  } else {
    return;
  }
  event.preventDefault();
}
