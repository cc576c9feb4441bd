// Calls and answers. Reads are one at a time for each port, the latest wins; while an action is under way no other starts.
const html = document.documentElement;
const find = (selector, from = document) => from.querySelector(selector);
const every = (selector, from = document) => [...from.querySelectorAll(selector)];
const desk = { texts: {}, user: "", locale: "en", tab: "open", search: "", ticket: null, part: "", wanted: "", busy: false, renewMs: 60000 };
const waiting = new Map(); // number of a call -> what to do with its answer
const reading = new Map(); // port -> the read that comes after the one under way
const ANSWER_MS = 30000;
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

async function read(port, fields, then, failed) {
  if (reading.has(port)) {
    reading.set(port, { fields, then, failed });
    return;
  }
  reading.set(port, null);
  let next = { fields, then, failed };
  while (next) {
    const answer = await call(port, next.fields);
    const after = reading.get(port);
    if (!answer) next.failed?.();
    if (answer && !after) {
      clockIs(answer.now);
      if (answer.say) say(answer.say.tone, answer.say.text, answer.say.code);
      next.then(answer);
    }
    reading.set(port, null);
    next = after;
  }
  reading.delete(port);
}

async function act(port, fields) {
  if (desk.busy || desk.wanted !== desk.ticket?.id) { // or the next ticket is still on its way
    say("info", text("busy"));
    return null;
  }
  desk.busy = true;
  html.dataset.conBusy = port;
  const answer = await call(port, fields);
  desk.busy = false;
  delete html.dataset.conBusy;
  if (!answer) return null;
  clockIs(answer.now);
  if (answer.say) say(answer.say.tone, answer.say.text, answer.say.code);
  if (answer.ticket && answer.ticket.id === desk.wanted) adopt(answer.ticket);
  if (html.dataset.live !== "on") refreshQueue();
  return answer;
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
  const line = find("#con-say");
  if (code === "session_expired") {
    expired();
    return;
  }
  clearTimeout(quietTimer);
  line.dataset.tone = tone;
  line.dataset.code = code;
  find("#con-login").hidden = true;
  find("p", line).textContent = words;
  line.hidden = !words;
  if (tone === "ok" || tone === "info") quietTimer = setTimeout(quiet, 6000);
}

function quiet() {
  const line = find("#con-say");
  if (line.dataset.code !== "session_expired") line.hidden = true;
}

function expired() {
  const line = find("#con-say");
  clearTimeout(quietTimer);
  line.dataset.tone = "error";
  line.dataset.code = "session_expired";
  find("p", line).textContent = text("login_again");
  find("#con-login").textContent = text("login_link");
  find("#con-login").hidden = false;
  line.hidden = false;
}

// Puts HTML that the server rendered into a slot, if it is other than what is there; the focus stays where it was.
const shown = new Map();
function fill(slot, markup) {
  if (shown.get(slot) === markup) return false;
  shown.set(slot, markup);
  const place = find(`[data-slot="${slot}"]`);
  const focus = place.contains(document.activeElement) ? document.activeElement.id : "";
  place.innerHTML = markup;
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  return true;
}
