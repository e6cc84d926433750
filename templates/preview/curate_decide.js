/* Decisions: each is sent with the digest of what the page showed, one after the other, in the order of the keys. */

/* What the author does waits here for what was done before, so that quick keys act on the notes one by one. */
let actions = Promise.resolve();

/* Decisions that are sent, in order; the page moves on meanwhile. */
let sending = Promise.resolve();
let unsent = 0;

function act(action) {
  actions = actions.then(action).catch((fault) => showProblem(`The page failed: ${fault}`));
  return actions;
}

function say(text) {
  byId("say").textContent = text;
}

function countUnsent(change) {
  unsent += change;
  byId("left").setAttribute("aria-busy", String(unsent > 0));
}

/* Send a decision about a note as it was shown; return whether it was written. */
function send(view, choice, words) {
  countUnsent(1);
  const result = sending.then(async () => {
    const { digest } = views.get(view.note) ?? view;
    const answer = await request("decide", { note: view.note, digest, choice });
    countUnsent(-1);
    if (answer.note) take(answer.note);
    if (answer.ok) {
      showLeft(answer.left);
      showReason("");
      byId("undo").disabled = !answer.undo;
      return true;
    }
    showRefusal(view, answer, words);
    return false;
  });
  sending = result.catch(() => false);
  return result;
}

/* Show a newer state of a note. */
function take(view) {
  views.set(view.note, view);
  updateLine(view);
  if (view.note === current) drawNote(view);
}

function showRefusal(view, answer, words) {
  const question = `“${view.question}”`;
  if (answer.status === 409) showReason(`${question} was not ${words}: ${answer.error}. This is how it is now; decide once more.`);
  else if (answer.status === 404) showReason(`${question} was not ${words}: it is not in the notes any more.`);
  else showReason(`${question} was not ${words}: ${answer.error}`);
  if (answer.status === 409 && view.note !== current && places.has(view.note)) {
    const button = element("button", "", "Show it");
    button.type = "button";
    button.addEventListener("click", () => act(() => goTo(view.note)));
    byId("refusal").append(" ", button);
  }
  if (answer.status === 404) views.delete(view.note);
}

/* Decide about the current note and go on to the next one, without waiting for the answer. */
async function decideAndGoOn(choice, decision, words) {
  const view = await showCurrent();
  if (view?.decision === "not asked") say("This list makes no card. Press I to ask its items.");
  if (!view || view.decision === "not asked") return;
  const line = lines.get(view.note);
  if (line) updateLine({ ...line, decision });
  send(view, choice, words);
  say(`${words}: ${view.question}`);
  await step(1);
}

/* Decide about the current note and show what becomes of it. */
async function decideAndStay(choiceOf, words) {
  const shown = await showCurrent();
  await sending; /* so that what is toggled is what was decided last */
  const view = shown && (views.get(shown.note) ?? shown);
  const choice = view && choiceOf(view);
  if (!choice) return;
  if (await send(view, choice, words)) say(`${words}: ${views.get(view.note)?.card_list.map((card) => card.answer).join(", ") ?? ""}`);
}

const keep = () => decideAndGoOn({ keep: true }, "kept", "kept");

async function skip() {
  const view = await showCurrent();
  if (view && lines.get(view.note)?.decision === "skipped") await decideAndGoOn({ keep: true }, "kept", "taken back");
  else await decideAndGoOn({ skip: true }, "skipped", "skipped");
}

async function setWays(ways) {
  const view = await showCurrent();
  if (view && view.kind !== "pair") say("Only a term with its meaning is asked both ways.");
  else await decideAndStay((shown) => ({ ways: shown.decided.ways === ways ? "" : ways }), "asks now");
}

async function askItems() {
  const view = await showCurrent();
  if (view && !view.is_list) say("This is no list whose items can be asked.");
  else await decideAndStay((shown) => ({ items: !shown.decided.items }), "asks now");
}

async function undo() {
  await sending;
  const answer = await request("undo", {});
  byId("undo").disabled = !answer.undo;
  if (!answer.ok) {
    say(`Nothing was taken back: ${answer.error}`);
    return;
  }
  showLeft(answer.left);
  if (answer.note) {
    take(answer.note);
    if (!places.has(answer.undone)) await loadList(); /* it may be listed again now */
    if (places.has(answer.undone)) await goTo(answer.undone);
  }
  say(`taken back: ${answer.note?.question ?? "a decision"}`);
}

/* The sentence of the current note, whose selection is what a card shall hide. */

async function openPhrase() {
  const view = await showCurrent();
  if (view && !view.text) say("Only a sentence hides another phrase.");
  if (!view?.text) return;
  closePanels();
  const sentence = byId("sentence");
  sentence.value = view.text;
  openPanel("phrase", "hide", sentence);
  const start = Math.max(0, view.text.indexOf(view.hidden[0] ?? ""));
  sentence.setSelectionRange(start, start + (view.hidden[0] ?? "").length);
}

function selectedPhrase() {
  const { value, selectionStart, selectionEnd } = byId("sentence");
  return value.slice(selectionStart, selectionEnd).trim();
}

async function hidePhrase(isOnly) {
  const phrase = selectedPhrase();
  if (!phrase) {
    say("Select a phrase first.");
    return;
  }
  closePanels();
  const added = (view) => [...(view.decided.hide.length ? view.decided.hide : view.hidden), phrase];
  await decideAndStay((view) => ({ hide: isOnly ? [phrase] : [...new Set(added(view))] }), "hides now");
}

async function hideAsRules() {
  closePanels();
  await decideAndStay(() => ({ hide: [] }), "hides now");
}

async function openTags() {
  const view = await showCurrent();
  if (!view) return;
  closePanels();
  byId("tags").value = view.decided.tags.join(" ");
  openPanel("tagging", "tag", byId("tags"));
}

async function saveTags() {
  const tags = byId("tags").value.split(/[\s,"]+/).map((tag) => tag.replace(/^#+/, "")).filter(Boolean);
  closePanels();
  await decideAndStay(() => ({ tags: [...new Set(tags)] }), "tagged");
}

function openPanel(id, button, field) {
  byId(id).hidden = false;
  byId(button).setAttribute("aria-expanded", "true");
  field.focus();
}

function closePanels() {
  const isInside = document.activeElement?.closest?.(".panel");
  for (const [id, button] of [["phrase", "hide"], ["tagging", "tag"]]) {
    byId(id).hidden = true;
    byId(button).setAttribute("aria-expanded", "false");
  }
  if (isInside) focusNote();
}
