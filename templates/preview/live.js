/* `watch` serves this page: it reloads after each build and keeps the reader's position. */

/* The address has a token, with which the page of curating may decide: it leaves the address and stays in this window. */
function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) history.replaceState(null, "", location.pathname);
  try {
    if (token) sessionStorage.setItem("studydeck-token", token);
    byId("curate").hidden = !sessionStorage.getItem("studydeck-token");
  } catch {
    /* without storage the page of curating has no token */
  }
}

const POSITION_KEY = "studydeck-place";
const FILTER_IDS = ["search", "file", "kind", "state", "order"];

/* Some browsers provide no storage; then the position is lost. */
function savePosition() {
  try {
    const values = FILTER_IDS.map((id) => byId(id).value);
    sessionStorage.setItem(POSITION_KEY, JSON.stringify({ values, isAnswerShown, top: list.scrollTop }));
  } catch {
    /* the position is lost */
  }
}

function restorePosition() {
  try {
    const saved = JSON.parse(sessionStorage.getItem(POSITION_KEY));
    sessionStorage.removeItem(POSITION_KEY);
    if (!saved) return;
    FILTER_IDS.forEach((id, number) => {
      if ([...(byId(id).options ?? [])].some((option) => option.value === saved.values[number]) || id === "search") {
        byId(id).value = saved.values[number];
      }
    });
    applyFilters();
    showAddressedCard();
    if (isAnswerShown !== saved.isAnswerShown) flip();
    list.scrollTop = saved.top;
  } catch {
    /* the position is lost */
  }
}

const events = new EventSource("/events");
events.onmessage = () => {
  savePosition();
  location.reload();
};
takeToken();
restorePosition();
