/* Keys, in the page and inside the card. */

const rowsOfAPage = () => Math.max(1, Math.floor(list.clientHeight / ROW) - 1);
const KEYS = {
  j: () => step(1), k: () => step(-1),
  ArrowRight: () => step(1), ArrowLeft: () => step(-1),
  ArrowDown: () => step(1), ArrowUp: () => step(-1),
  PageDown: () => step(rowsOfAPage()), PageUp: () => step(-rowsOfAPage()),
  Home: () => step(-listed.length), End: () => step(listed.length),
  " ": flip, Enter: flip,
  "/": () => { leaveReading(); byId("search").focus(); byId("search").select(); },
  a: () => byId("keep").click(), t: switchTheme, p: switchDevice,
  "?": () => byId("help").showModal(),
  Escape: () => narrow.matches && document.body.classList.contains("reading") && leave(),
};
const SCROLLING = new Set(["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"]);

function leaveReading() {
  if (narrow.matches && document.body.classList.contains("reading")) leave();
}

/* A key, in the page or inside the card; there some keys scroll, and fields and folds keep their own. */
function pressed(event, inCard = false) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  const own = event.target.closest?.("input:not([type=checkbox]), select, textarea");
  if (!act || own || (inCard && SCROLLING.has(event.key))) return;
  if ((event.key === " " || event.key === "Enter") && event.target.closest?.("button, a, summary, input")) return;
  event.preventDefault();
  act();
}

function searchKey(event) {
  if (event.key === "Escape") {
    if (event.target.value) {
      event.target.value = "";
      filter();
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
