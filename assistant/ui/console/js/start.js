// Wires the page once every part of it is there.
let active = Date.now();

function listen() {
  document.addEventListener("click", (event) => {
    const from = event.target.closest?.("[data-act]");
    for (const menu of every("details.con-menu[open], details.con-rest[open]")) {
      if (!menu.contains(event.target) || from) menu.removeAttribute("open");
    }
    if (from && !from.disabled) does[from.dataset.act]?.(from, event);
    const dialog = event.target.closest?.("dialog");
    if (dialog && event.target === dialog) dialog.close();
  });
  document.addEventListener("keydown", pressed);
  document.addEventListener("input", (event) => {
    if (event.target === area()) editorChanged();
    else if (event.target.id === "con-queue-search" && !event.isComposing) searchQueue();
    else if (event.target.id === "con-macro-search" && !event.isComposing) searchMacros();
  });
  document.addEventListener("compositionend", (event) => {
    if (event.target === area()) editorChanged();
    else if (event.target.id === "con-queue-search") searchQueue();
    else if (event.target.id === "con-macro-search") searchMacros();
  });
  document.addEventListener("change", (event) => {
    if (event.target.id === "con-confirm") allowApprove();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.form) {
      event.preventDefault();
      answerForm(form);
    } else if (form.id === "con-knowledge") {
      event.preventDefault();
      searchKnowledge();
    } else if (form.id === "con-logout") forgetAll();
  });
  document.addEventListener("pointerover", (event) => lightFrom(event.target));
  document.addEventListener("pointermove", (event) => { // not pointerover: a list that scrolls under a pointer at rest stays
    const option = event.pointerType === "mouse" && event.target.closest?.(".con-macro");
    if (option && option !== markedMacro()) markMacro(option, false);
  });
  document.addEventListener("focusin", (event) => lightFrom(event.target));
  document.addEventListener("close", (event) => event.target.id === "con-dialog-macros" && macrosClosed(), true);
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => (active = Date.now()), true);
  window.addEventListener("proofdesk:offline", () => online(false));
  window.addEventListener("proofdesk:online", () => online(true));
  window.addEventListener("proofdesk:expired", expired);
}

function online(yes) {
  const bar = find("#con-offline");
  bar.textContent = text("offline");
  bar.hidden = yes;
  if (yes && find("#con-say").dataset.code === "failed") quiet();
}

let searchTimer = 0;
function searchQueue() {
  clearTimeout(searchTimer);
  searchTimer = setTimeout(() => {
    desk.search = find("#con-queue-search").value.trim();
    refreshQueue(true);
  }, 250);
}

function searchKnowledge() {
  const words = find("#con-knowledge-search").value.trim();
  if (!words) return;
  find("#con-hits").setAttribute("aria-busy", "true");
  read("search", { search: words }, (answer) => {
    find("#con-hits").setAttribute("aria-busy", "false");
    if (answer.hits === undefined) return;
    find("#con-search-hint").hidden = true;
    fill("hits", answer.hits);
  });
}

function renew() {
  if (!desk.ticket?.mine || desk.ticket.state !== "claimed" || desk.busy || Date.now() - active > desk.renewMs) return;
  read("renew", { ticket: desk.ticket.id }, (answer) => {
    if (answer.ticket && answer.ticket.id === desk.wanted) adopt(answer.ticket);
  });
}

function nameParts(labels) {
  for (const [id, label] of Object.entries(labels)) {
    const place = id === "con-editor" ? area() : document.getElementById(id);
    place?.setAttribute("aria-label", label);
  }
  find("#con-work").setAttribute("role", "region");
}

async function begin() {
  const answer = await call("start", { tab: desk.tab });
  if (!answer?.shell) {
    if (answer?.say) say("error", answer.say.text, answer.say.code);
    setTimeout(begin, 5000);
    return;
  }
  Object.assign(desk, { user: answer.user, locale: answer.locale, renewMs: answer.renew * 1000 });
  html.lang = answer.locale;
  clockIs(answer.now);
  speak(answer.locale);
  for (const [slot, markup] of Object.entries(answer.shell)) fill(slot, markup);
  nameParts(answer.labels);
  pane("queue");
  showQueue(answer.queue, true);
  html.dataset.con = "ready";
  window.proofdeskChanged = () => {
    refreshQueue();
    rereadTicket();
  };
  setInterval(() => document.visibilityState === "visible" && tick(), 1000);
  setInterval(renew, desk.renewMs);
  if (html.dataset.live === "off") online(false);
}

const ports = ["start", "queue", "open", "claim", "release", "renew", "approve", "check", "send", "reject", "escalate",
  "close", "reveal", "search", "article", "macros", "macro"];
(function whenReady() {
  if (!area() || ports.some((name) => !window.proofdeskPorts?.[name])) {
    setTimeout(whenReady, 20);
    return;
  }
  desk.texts = props.texts[html.lang] ?? props.texts.en;
  listen();
  begin();
})();
