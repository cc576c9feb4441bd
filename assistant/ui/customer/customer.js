// The page. `element`, `trigger`, `props` and `watch` are Gradio's; `calls`, `morph`, `secretKind` stand in the files before.
// The server renders everything; this keeps what only a browser knows: what is being written, where the reader is.
const root = element.querySelector("#cust");
const TEXTS = props.value.texts;
const find = (selector) => root.querySelector(selector);
const RETRY_S = [1, 2, 4, 8, 15];
const POLL_MS = 15000; // while the live connection is down but requests get through
const LOOK_MS = 60000; // place in the queue and promise, while somebody waits
const NEAR_PX = 120;
let ready = false;
let failures = 0;
let retryTimer = 0;

const localeNow = () => {
  const chosen = /(?:^|; )proofdesk_lang=([^;]+)/.exec(document.cookie);
  return root.lang || (chosen && TEXTS[chosen[1]] ? chosen[1] : document.documentElement.lang);
};
const say = (key) => (TEXTS[localeNow()] || TEXTS[props.value.locale] || Object.values(TEXTS)[0])[key];

// Light and dark
const theme = (() => {
  const KEY = "proofdesk-theme";
  let chosen = null;
  try { chosen = localStorage.getItem(KEY); } catch { /* storage is off: the choice lasts as long as the page */ }
  if (new URLSearchParams(location.search).has("__theme")) chosen = null;
  function show() {
    if (chosen) {
      document.body.classList.toggle("dark", chosen === "dark");
      document.documentElement.dataset.theme = chosen; // the page's early style goes by it
    }
    const dark = document.body.classList.contains("dark");
    const button = find("#cust-theme");
    if (button) button.setAttribute("aria-pressed", String(dark));
  }
  // Gradio follows the system too, and does so after this listener.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(show, 50));
  show();
  return {
    show,
    toggle() {
      chosen = document.body.classList.contains("dark") ? "light" : "dark";
      try { localStorage.setItem(KEY, chosen); } catch { /* as above */ }
      show();
    },
  };
})();

// What went wrong, in one line above the text box
function complain(text) {
  find("#cust-alert [role='alert']").textContent = text || "";
  find("#cust-alert").hidden = !text;
}

function offline(is) {
  const bar = find("#cust-offline");
  if (bar) bar.hidden = !is;
}

function wait(html) {
  const text = document.createElement("p");
  text.className = "cust-wait-text";
  text.setAttribute("role", "status");
  text.textContent = say(html);
  return text;
}

// Reading anew
async function refresh() {
  if (calls.isWaiting("refresh")) return;
  try {
    show(await calls.ask("refresh"));
  } catch (error) {
    lost();
  }
}

function lost() {
  failures += 1;
  offline(true);
  if (!ready) {
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "cust-link";
    retry.id = "cust-retry";
    retry.textContent = say("retry");
    const text = wait("unreachable");
    text.append(" ", retry);
    find("#cust-start").replaceChildren(text);
  }
  clearTimeout(retryTimer);
  retryTimer = setTimeout(refresh, 1000 * RETRY_S[Math.min(failures, RETRY_S.length) - 1]);
}

function show(answer, { mine = false } = {}) {
  failures = 0;
  clearTimeout(retryTimer);
  offline(false);
  root.lang = answer.locale;
  document.documentElement.lang = answer.locale;
  document.title = answer.title;
  if (!answer.page) {
    if (!ready && answer.error) find("#cust-start").replaceChildren(Object.assign(wait("loading"), { textContent: answer.error }));
    return;
  }
  const scroll = find("#cust-scroll");
  const near = !ready || mine || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_PX;
  const fresh = morph(root, answer.page);
  const entries = fresh.filter((node) => node.matches(".cust-entry"));
  if (!ready) start();
  else for (const node of entries) node.classList.add("cust-new");
  theme.show();
  follow(near, ready ? entries : [], mine);
  ready = true;
  labelSend();
}

function follow(near, entries, mine) {
  const scroll = find("#cust-scroll");
  if (near) {
    const last = entries.filter((node) => node.dataset.kind !== "customer").at(-1);
    const top = last ? last.getBoundingClientRect().top - scroll.getBoundingClientRect().top + scroll.scrollTop - 12 : Infinity;
    // A reply longer than the window is read from its beginning.
    scroll.scrollTop = mine ? scroll.scrollHeight : Math.min(scroll.scrollHeight - scroll.clientHeight, top);
  } else if (entries.length) {
    find("#cust-pill").hidden = false;
  }
}

// Writing
let pending = null; // {text, nonce}: sent, not confirmed yet
let sending = false;
const box = () => find("#cust-text");
const length = (text) => [...text].length;

function newNonce() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function labelSend() {
  const button = find("#cust-send");
  const label = button.querySelector("span");
  label.textContent = sending ? say("sending") : label.dataset.idle;
  const over = length(box().value) > Number(box().dataset.limit);
  button.setAttribute("aria-disabled", String(sending || over || !box().value.trim()));
}

function typed() {
  const text = box();
  text.style.height = "auto";
  text.style.height = text.scrollHeight + 2 + "px";
  const left = Number(text.dataset.limit) - length(text.value);
  const count = find("#cust-count");
  count.hidden = left > 400;
  count.toggleAttribute("data-over", left < 0);
  count.textContent = left > 400 ? "" : say(left < 0 ? "over" : "left").replace("{n}", String(Math.abs(left)));
  hint(secretKind(text.value));
  labelSend();
}

function hint(kind, held = false) {
  const panel = find("#cust-hint");
  for (const text of panel.querySelectorAll("[data-secret]")) text.hidden = text.dataset.secret !== kind;
  panel.hidden = !kind;
  panel.querySelector("[data-key='held']").hidden = !held;
  box().setAttribute("aria-invalid", String(Boolean(kind) || find("#cust-count").hasAttribute("data-over")));
}

async function send(confirmed = false) {
  const text = box().value;
  if (sending || !text.trim() || length(text) > Number(box().dataset.limit)) return;
  const kind = secretKind(text);
  if (kind && !confirmed) {
    hint(kind, true);
    find("#cust-hint-back").focus();
    return;
  }
  // The same text again is the same message: if the first try did arrive, the server knows its nonce.
  if (!pending || pending.text !== text) pending = { text, nonce: newNonce() };
  sending = true;
  box().readOnly = true;
  find("#cust-form").setAttribute("data-sending", "");
  complain("");
  labelSend();
  try {
    const answer = await calls.ask("send", pending);
    if (answer.error) {
      complain(answer.error);
    } else {
      pending = null;
      box().value = "";
    }
    show(answer, { mine: !answer.error });
  } catch (error) {
    complain(say(error.kind === "offline" ? "not_sent" : "fault"));
    if (error.kind === "offline") lost();
  } finally {
    sending = false;
    box().readOnly = false;
    find("#cust-form").removeAttribute("data-sending");
    typed();
    box().focus();
  }
}

// Everything else that changes something
async function change(name, data) {
  complain("");
  try {
    const answer = await calls.ask(name, data);
    if (answer.error) complain(answer.error);
    show(answer, { mine: name === "person" && !answer.error });
    return !answer.error;
  } catch (error) {
    complain(say(error.kind === "offline" ? "not_done" : "fault"));
    if (error.kind === "offline") lost();
    return false;
  }
}

async function language(select) {
  const before = root.lang;
  const remember = (locale) => {
    document.cookie = "proofdesk_lang=" + locale + "; Path=/; Max-Age=31536000; SameSite=Lax" +
      (location.protocol === "https:" ? "; Secure" : "");
  };
  remember(select.value);
  if (await change("language", { locale: select.value })) {
    typed();
  } else {
    remember(before);
    select.value = before;
  }
}

function rating(button) {
  const rate = button.closest(".cust-rate");
  const form = rate.querySelector("form");
  const again = rate.querySelector(".cust-again");
  const no = rate.querySelector("[data-rate='no']");
  const open = (is) => {
    form.hidden = !is;
    no.setAttribute("aria-expanded", String(is));
  };
  if (button.dataset.rate === "yes") {
    open(false);
    rated(rate, { solved: true, reasons: [], comment: "" });
  } else if (button.dataset.rate === "no") {
    open(form.hidden);
    if (!form.hidden) form.querySelector("input").focus();
  } else if (button.dataset.rate === "change") {
    again.hidden = false;
    again.querySelector("button").focus();
  } else {
    open(false);
    no.focus();
  }
}

async function rated(rate, said) {
  if (rate.hasAttribute("data-busy")) return;
  rate.setAttribute("data-busy", "");
  const done = await change("rate", { reply: rate.dataset.reply, ...said });
  rate.removeAttribute("data-busy");
  if (!done) return;
  rate.querySelector("form").hidden = true;
  const again = rate.querySelector(".cust-again");
  if (again) again.hidden = true;
  rate.querySelector("[data-rate='change']")?.focus();
}

// The article behind a mark
let opener = null;
async function article(button) {
  const sheet = find("#cust-article");
  const body = find("#cust-article-body");
  const title = document.createElement("h2");
  title.id = "cust-article-title";
  title.tabIndex = -1;
  title.textContent = button.dataset.title;
  const bones = document.createElement("div");
  bones.className = "cust-wait";
  bones.innerHTML = "<i></i><i></i><i></i>";
  body.replaceChildren(title, bones);
  opener = button;
  sheet.showModal();
  let failure = "";
  try {
    const answer = await calls.ask("article", { reply: button.dataset.reply, n: Number(button.dataset.cite) });
    failure = answer.error;
    if (answer.article) {
      body.innerHTML = answer.article;
      body.scrollTop = 0;
      find("#cust-article-title").focus({ preventScroll: true });
    }
  } catch (error) {
    failure = say(error.kind === "offline" ? "not_done" : "fault");
  }
  if (failure) {
    const text = document.createElement("p");
    text.className = "cust-changed";
    text.setAttribute("role", "alert");
    text.textContent = failure;
    body.replaceChildren(title, text);
  }
}

// Once the page is there for the first time
function start() {
  find("#cust-article").addEventListener("close", () => {
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  });
  find("#cust-scroll").addEventListener("scroll", () => {
    const scroll = find("#cust-scroll");
    if (scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_PX) find("#cust-pill").hidden = true;
  }, { passive: true });
  box().addEventListener("input", typed);
  box().addEventListener("keydown", (event) => {
    // 229: the key belongs to an input method, which in Safari has just ended when Enter arrives.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  });
  carriedOver();
  if (matchMedia("(hover: hover)").matches) box().focus();
}

// A question from the help centre. It comes in the fragment, which no server sees, and goes from the address at once.
function carriedOver() {
  const asked = /^#ask=(.+)$/s.exec(location.hash);
  if (!asked) return;
  history.replaceState(null, "", location.pathname + location.search);
  let text = "";
  try { text = decodeURIComponent(asked[1]); } catch { return; }
  if (box().value) return;
  box().value = text;
  typed();
}

const CLICKS = {
  "#cust-theme": () => theme.toggle(),
  "#cust-retry": () => refresh(),
  "#cust-alert-close": () => complain(""),
  "#cust-pill": () => { find("#cust-scroll").scrollTop = find("#cust-scroll").scrollHeight; box().focus(); },
  "#cust-hint-back": () => { hint(secretKind(box().value)); box().focus(); },
  "#cust-hint-send": () => send(true),
  "#cust-article-find": () => find("#cust-article section mark").scrollIntoView({ block: "center" }),
  "#cust-article-close": () => find("#cust-article").close(),
  "#cust-article": (sheet, event) => { if (event.target === sheet) sheet.close(); },
  "[data-cite]": (button) => article(button),
  "[data-rate]": (button) => rating(button),
  ".cust-topic": (button) => { box().value = button.dataset.ask; typed(); box().focus(); },
  ".cust-simpler": async (button) => {
    if (sending) return;
    const started = box().value; // what is being written waits until this is sent
    box().value = button.dataset.ask;
    await send();
    if (!started) return;
    box().value = started;
    typed();
  },
  "#cust-person": (button) => {
    if (button.getAttribute("aria-disabled") === "true" || button.hasAttribute("data-busy")) return;
    button.setAttribute("data-busy", "");
    change("person", {}).finally(() => button.removeAttribute("data-busy"));
  },
};

root.addEventListener("click", (event) => {
  for (const [selector, act] of Object.entries(CLICKS)) {
    const target = event.target.closest(selector);
    if (target) {
      act(target, event);
      return;
    }
  }
});
root.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.id === "cust-form") {
    send();
    return;
  }
  const data = new FormData(event.target);
  rated(event.target.closest(".cust-rate"), { solved: false, reasons: data.getAll("reason"), comment: data.get("comment") });
});
root.addEventListener("change", (event) => {
  if (event.target.id === "cust-language") language(event.target);
});

// Changes, lost and found connections
window.addEventListener("proofdesk:changed", refresh);
window.addEventListener("proofdesk:online", refresh);
window.addEventListener("proofdesk:offline", refresh);
window.addEventListener("online", refresh);
window.addEventListener("offline", () => offline(true));
setInterval(() => {
  if (document.visibilityState === "visible" && document.documentElement.dataset.live !== "on" && ready && !failures) refresh();
}, POLL_MS);
setInterval(() => {
  const stage = find("#cust-status")?.dataset.stage;
  if (document.visibilityState === "visible" && ["received", "drafted", "in_review"].includes(stage) && !failures) refresh();
}, LOOK_MS);

// A keyboard on the screen takes room that a fixed page does not know of.
window.visualViewport?.addEventListener("resize", () => {
  const view = window.visualViewport;
  const covered = window.innerHeight - view.height > 80 && view.scale < 1.05;
  root.style.height = covered ? view.height + "px" : "";
  root.style.bottom = covered ? "auto" : "";
});

root.lang = "";
find("#cust-start").setAttribute("aria-label", say("loading"));
refresh();
