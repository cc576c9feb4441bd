// Calls and answers. Reads are one at a time for each port, the latest wins; while a change is under way no other starts.
const html = document.documentElement;
const find = (selector, from = document) => from.querySelector(selector);
const every = (selector, from = document) => [...from.querySelectorAll(selector)];
const desk = { texts: {}, locale: "en", pane: "", part: "passages", doc: null, busy: false, limit: 0, most: 0 };
const waiting = new Map(); // number of a call -> what to do with its answer
const reading = new Map(); // port -> the read that comes after the one under way
const ANSWER_MS = 60000;
let calls = 0;

function text(name, values = {}) {
  return (desk.texts[name] ?? "").replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

// The answer, or null when the call itself failed; that is told by then.
function call(port, fields = {}) {
  return new Promise((done) => {
    const n = (calls += 1);
    const timer = setTimeout(() => failed(n, 0), ANSWER_MS);
    waiting.set(n, (answer) => {
      clearTimeout(timer);
      waiting.delete(n);
      done(answer);
    });
    window.proofdeskPorts[port](JSON.stringify({ n, ...fields }));
  });
}

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

window.proofdeskHeard = (value) => {
  let answer = null;
  try {
    answer = JSON.parse(value);
  } catch {
    return;
  }
  waiting.get(answer?.n)?.(answer);
};

function failed(n, status) {
  const done = waiting.get(n);
  if (!done) return;
  if (status === 401 || status === 403) expired();
  else say("error", text(navigator.onLine && status ? "failed" : "offline"), "failed");
  done(null);
}

// Gradio tells of a failed call in English and, when the line is cut, reloads the page: it gets an answer that changes
// nothing, and we say what happened.
const fetchAsIs = window.fetch.bind(window);
window.fetch = async (input, init) => {
  const address = typeof input === "string" ? input : (input?.url ?? String(input));
  if (!address.includes("/gradio_api/run/")) return fetchAsIs(input, init);
  let status = 0;
  try {
    const response = await fetchAsIs(input, init);
    if (response.ok) return response;
    status = response.status;
  } catch {
    status = 0;
  }
  failed(numberOf(init?.body), status);
  return new Response('{"data": [{"__type__": "update"}]}', { headers: { "content-type": "application/json" } });
};

function numberOf(body) {
  try {
    return JSON.parse(JSON.parse(body).data[0]).n;
  } catch {
    return 0;
  }
}

let quietTimer = 0;
function say(tone, words, code = "") {
  const line = find("#kno-say");
  if (code === "session_expired") {
    expired();
    return;
  }
  clearTimeout(quietTimer);
  line.dataset.tone = tone;
  line.dataset.code = code;
  find("#kno-login").hidden = true;
  find("p", line).textContent = words;
  line.hidden = !words;
  if (tone === "ok" || tone === "info") quietTimer = setTimeout(quiet, 6000);
}

function quiet() {
  const line = find("#kno-say");
  if (line.dataset.code !== "session_expired") line.hidden = true;
}

function expired() {
  const line = find("#kno-say");
  clearTimeout(quietTimer);
  line.dataset.tone = "error";
  line.dataset.code = "session_expired";
  find("p", line).textContent = text("login_again");
  find("#kno-login").textContent = text("login_link");
  find("#kno-login").hidden = false;
  line.hidden = false;
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
