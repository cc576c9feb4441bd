// Reads are one at a time for each port, the latest wins; while a change is under way no other starts.
const PREFIX = "kno";
const desk = { texts: {}, locale: "en", pane: "", part: "passages", doc: null, wanted: "", busy: false, limit: 0, most: 0 };
const reading = new Map(); // port -> the read that comes after the one under way
const ANSWER_MS = 60000;

async function read(port, fields, then = () => {}, without = () => {}) {
  if (reading.has(port)) {
    reading.set(port, { fields, then, without });
    return;
  }
  reading.set(port, null);
  let next = { fields, then, without };
  while (next) {
    const answer = await call(port, next.fields);
    const after = reading.get(port);
    if (!after) {
      if (answer) show(answer);
      if (answer && answer.say?.tone !== "error") next.then(answer);
      else next.without(answer);
    }
    reading.set(port, null);
    next = after;
  }
  reading.delete(port);
}

// A change; null when it did not take place.
async function act(port, fields) {
  if (desk.busy) {
    say("info", text("busy"));
    return null;
  }
  desk.busy = true;
  html.dataset.knoBusy = port;
  const answer = await call(port, fields);
  desk.busy = false;
  delete html.dataset.knoBusy;
  if (answer) show(answer);
  return answer && answer.say?.tone !== "error" ? answer : null;
}

function show(answer) {
  if (answer.say) say(answer.say.tone, answer.say.text, answer.say.code);
  for (const [slot, markup] of Object.entries(answer.html ?? {})) fill(slot, markup);
}

// Puts HTML that the server rendered into a slot, if it is other than what is there. The focus stays where it was, and
// what the reader has unfolded stays open.
const shown = new Map();
function fill(slot, markup) {
  const place = find(`[data-slot="${slot}"]`);
  if (!place || (shown.get(slot) === markup && place.childNodes.length)) return false;
  shown.set(slot, markup);
  const focus = place.contains(document.activeElement) ? address(document.activeElement, place) : null;
  const open = every("details[id]", place).filter((fold) => fold.open).map((fold) => fold.id);
  place.innerHTML = markup;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focus) refocus(focus, place);
  setClocks(place);
  return true;
}

function address(from, place) {
  return { id: from.id, key: keyOf(from), at: every("button, a, input, select, textarea, summary", place).indexOf(from) };
}

function refocus({ id, key, at }, place) {
  const targets = every("button, a, input, select, textarea, summary", place);
  const target = id ? document.getElementById(id) : targets.find((each) => keyOf(each) === key);
  (target ?? targets[Math.min(at, targets.length - 1)])?.focus({ preventScroll: true });
}

function keyOf(from) {
  return JSON.stringify(from.dataset);
}

let clockFormat = null;
function clock(moment) {
  clockFormat ??= new Intl.DateTimeFormat(desk.locale, { dateStyle: "medium", timeStyle: "short" });
  return clockFormat.format(new Date(moment));
}

function setClocks(from = document) {
  for (const time of every(".con-at", from)) time.textContent = clock(time.getAttribute("datetime"));
}

// What this browser keeps until it is closed. Storage may be switched off: then it is kept by this tab alone.
const memory = new Map();
function keep(name, value) {
  memory.set(name, value);
  try {
    sessionStorage.setItem(`proofdesk_kno_${name}`, JSON.stringify(value));
  } catch {
    return;
  }
}

function drop(name) {
  memory.delete(name);
  try {
    sessionStorage.removeItem(`proofdesk_kno_${name}`);
  } catch {
    return;
  }
}

function kept(name, otherwise) {
  if (memory.has(name)) return memory.get(name);
  try {
    return JSON.parse(sessionStorage.getItem(`proofdesk_kno_${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

// Whoever logs in next in this tab must not find, and publish, what another person had begun.
function forgetAll() {
  memory.clear();
  try {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith("proofdesk_kno_")) sessionStorage.removeItem(name);
  } catch {
    return;
  }
}
