// What the staff's pages share: calls, their answers by number, and the line that says what happened. The page that loads
// this names itself: PREFIX, ANSWER_MS and desk.
const html = document.documentElement;
const find = (selector, from = document) => from.querySelector(selector);
const every = (selector, from = document) => [...from.querySelectorAll(selector)];
const waiting = new Map(); // number of a call -> what to do with its answer
const own = (name) => find(`#${PREFIX}-${name}`);
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
  const line = own("say");
  if (code === "session_expired") {
    expired();
    return;
  }
  clearTimeout(quietTimer);
  line.dataset.tone = tone;
  line.dataset.code = code;
  own("login").hidden = true;
  find("p", line).textContent = words;
  line.hidden = !words;
  if (tone === "ok" || tone === "info") quietTimer = setTimeout(quiet, 6000);
}

function quiet() {
  const line = own("say");
  if (line.dataset.code !== "session_expired") line.hidden = true;
}

function expired() {
  const line = own("say");
  clearTimeout(quietTimer);
  line.dataset.tone = "error";
  line.dataset.code = "session_expired";
  find("p", line).textContent = text("login_again");
  own("login").textContent = text("login_link");
  own("login").hidden = false;
  line.hidden = false;
}
