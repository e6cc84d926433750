/* `watch` serves this page: it comes anew with every save, and stays where the reader was. */

const PLACE = "studydeck-place";
const places = ["search", "file", "kind", "state"];

/* Some browsers forbid to remember; then the page begins anew. */
function keepPlace() {
  try {
    const values = places.map((id) => byId(id).value);
    sessionStorage.setItem(PLACE, JSON.stringify({ values, answered, top: list.scrollTop }));
  } catch {
    /* it begins anew */
  }
}

function takePlace() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PLACE));
    sessionStorage.removeItem(PLACE);
    if (!kept) return;
    places.forEach((id, number) => {
      if ([...(byId(id).options ?? [])].some((one) => one.value === kept.values[number]) || id === "search") {
        byId(id).value = kept.values[number];
      }
    });
    filter();
    arrive();
    if (answered !== kept.answered) flip();
    list.scrollTop = kept.top;
  } catch {
    /* it begins anew */
  }
}

const events = new EventSource("/events");
events.onmessage = () => {
  keepPlace();
  location.reload();
};
takePlace();
