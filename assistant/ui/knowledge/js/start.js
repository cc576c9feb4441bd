// Wires the page once every part of it is there.
const PANES = ["documents", "upload", "changes", "bench", "upkeep"];
const REST_MS = 3000; // signals of the desk are mostly about tickets: the page reads at most this often for them

const does = {
  pane: (from) => pane(from.dataset.pane),
  open: (from) => openDocument(from.dataset.document, from.dataset.locale),
  back: () => {
    html.dataset.knoView = "list";
    drop("open");
    find(".kno-line[aria-current]")?.focus();
  },
  part: (from) => showPart(from.dataset.part),
  passages: (from) => showPassages(Number(from.dataset.number)),
  "passages-now": () => showPassages(null),
  standing: (from) => {
    pane("documents");
    html.dataset.knoView = "list";
    find("#kno-filter-standing").value = from.dataset.standing;
    refreshList();
  },
  new: () => newDocument(),
  revert: () => revert(),
  basis: (from) => basis(from.dataset.way),
  toggle: (from) => toggle(from),
  restore: (from) => stage({ kind: "restore", ...aboutDocument(), number: Number(from.dataset.number) }),
  "stage-version": (from) => stage(publishOf(from.dataset)),
  "stage-all": () => stageAll(),
  "stage-uploads": () => stageUploads(),
  "clear-uploads": () => clearUploads(),
  unstage: (from) => unstage(Number(from.dataset.index)),
  empty: () => {
    basket = [];
    basketChanged();
  },
  check: () => check(),
  publish: () => publish(),
  again: (from) => again(Number(from.dataset.index)),
  "ask-publish": (from) => ask("publish", aboutDocument({ number: Number(from.dataset.number) })),
  "ask-expire": () => ask("expire", aboutDocument()),
  "ask-remove": () => ask("remove", aboutDocument()),
  "ask-discard": (from) => ask("discard", aboutDocument({ number: Number(from.dataset.number) })),
  "ask-owner": (from) => ask("owner", aboutDocument(), from.dataset.owner),
  "ask-review": (from) => ask("review", aboutDocument(), from.dataset.day),
  "ask-questions": () => ask("questions", aboutDocument(), (pendingQuestions() ?? desk.doc.added).join("\n")),
  "ask-override": () => ask("override"),
  "ask-dismiss": (from) => ask("dismiss", { id: from.dataset.id }),
  "ask-rollback": () => ask("rollback"),
  dismiss: (from) => from.closest("dialog").close(),
  quiet: () => {
    find("#kno-say").dataset.code = "";
    quiet();
  },
  theme: () => {
    const dark = !document.body.classList.contains("dark");
    document.body.classList.toggle("dark", dark);
    try {
      localStorage.setItem("proofdesk_theme", dark ? "dark" : "light");
    } catch {
      return;
    }
  },
};

function pane(name) {
  const wanted = PANES.includes(name) ? name : "documents";
  if (desk.pane === wanted) return;
  if (desk.pane === "documents") keepText();
  desk.pane = wanted;
  for (const section of every("#kno-main > [data-pane]")) section.hidden = section.dataset.pane !== wanted;
  for (const button of every("#kno-tabs [data-pane]")) button.setAttribute("aria-pressed", String(button.dataset.pane === wanted));
  find(`#kno-tab-${wanted}`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  history.replaceState(history.state, "", `${location.pathname}${location.search}#${wanted}`);
  if (wanted === "changes") refreshBasket();
  if (wanted === "upkeep") read("upkeep", {});
}

let changedTimer = 0;
let changedAt = 0;
// Something of the knowledge is other than it was: everything on screen is read again.
function knowledgeChanged() {
  clearTimeout(changedTimer);
  changedTimer = 0;
  changedAt = Date.now();
  read("head", {}, (answer) => count("upkeep", answer.counts.upkeep));
  refreshList();
  if (desk.pane === "documents") rereadDocument();
  if (desk.pane === "changes") refreshBasket();
  if (desk.pane === "upkeep") read("upkeep", {});
}

function signal() {
  if (running().length) {
    pollSoon(50);
    return;
  }
  changedTimer ||= setTimeout(knowledgeChanged, Math.max(200, changedAt + REST_MS - Date.now()));
}

function pressed(event) {
  if (event.isComposing || event.keyCode === 229) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.id === "kno-question") {
    event.preventDefault();
    runBench();
  } else if ((event.ctrlKey || event.metaKey) && event.key === "s" && event.target.closest?.("#kno-edit")) {
    event.preventDefault();
    saveText();
  } else if (event.key === "Escape") find("#kno-menu")?.removeAttribute("open");
  else if (["ArrowDown", "ArrowUp"].includes(event.key) && event.target.classList?.contains("kno-line")) {
    const lines = every(".kno-line");
    const next = lines[lines.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    event.preventDefault();
    next?.focus();
  }
}

function listen() {
  document.addEventListener("click", (event) => {
    const from = event.target.closest?.("[data-act]");
    for (const menu of every("details.con-menu[open]")) if (!menu.contains(event.target) || from) menu.removeAttribute("open");
    if (from && !from.disabled) does[from.dataset.act]?.(from);
    if (event.target.matches?.("dialog")) event.target.close();
  });
  document.addEventListener("keydown", pressed);
  document.addEventListener("input", (event) => {
    if (event.target.id === "kno-search" && !event.isComposing) searchList();
    if (event.target.id === "kno-text" || event.target.id === "kno-name") previewSoon();
  });
  document.addEventListener("compositionend", (event) => event.target.id === "kno-search" && searchList());
  document.addEventListener("change", (event) => {
    if (event.target.id?.startsWith("kno-filter-")) refreshList();
    if (event.target.id === "kno-only-gaps") find("#kno-coverage-map").dataset.only = event.target.checked ? "1" : "0";
    if (event.target.id === "kno-files") {
      addFiles([...event.target.files]);
      event.target.value = "";
    }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id === "kno-logout") {
      editing = null;
      forgetAll();
    }
    const own = { "kno-edit": saveText, "kno-bench-form": runBench, "kno-compare": () => compare(form) }[form.id];
    if (!own && !form.dataset.form) return;
    event.preventDefault();
    if (own) own();
    else answerForm(form);
  });
  // A file that misses the field must not replace the page.
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
      event.preventDefault();
      find("#kno-drop").dataset.over = kind === "dragover" ? "1" : "0";
      if (kind === "drop") {
        pane("upload");
        addFiles([...event.dataTransfer.files]);
      }
    });
  }
  document.addEventListener("dragleave", (event) => event.relatedTarget || (find("#kno-drop").dataset.over = "0"));
  window.addEventListener("proofdesk:offline", () => online(false));
  window.addEventListener("proofdesk:online", () => online(true));
  window.addEventListener("proofdesk:expired", expired);
  window.addEventListener("hashchange", () => pane(location.hash.slice(1)));
}

function online(yes) {
  const bar = find("#kno-offline");
  bar.textContent = text("offline");
  bar.hidden = yes;
  if (yes && find("#kno-say").dataset.code === "failed") quiet();
}

async function begin() {
  const answer = await call("start");
  if (!answer?.html?.main) {
    if (answer?.say) say("error", answer.say.text, answer.say.code);
    setTimeout(begin, 5000);
    return;
  }
  const another = kept("user", answer.user) !== answer.user;
  if (another) forgetAll();
  keep("user", answer.user);
  if (another) {
    location.reload();
    return;
  }
  Object.assign(desk, { locale: answer.locale, limit: answer.limit, most: answer.most });
  html.lang = answer.locale;
  show(answer);
  for (const [id, label] of Object.entries(answer.labels)) document.getElementById(id)?.setAttribute("aria-label", label);
  find("#kno-main").setAttribute("aria-busy", "false");
  html.dataset.knoView = "list";
  pane(location.hash.slice(1));
  showRecent();
  count("changes", basket.length);
  html.dataset.kno = "ready";
  window.proofdeskChanged = signal;
  read("filters", {}, (given) => offerLocales(given.locales));
  knowledgeChanged();
  resume();
  basketChanged();
  if (desk.pane === "documents") reopen();
  if (html.dataset.live === "off") online(false);
}

(function whenReady() {
  if (!find("#kno-main") || props.ports.some((name) => !window.proofdeskPorts?.[name])) {
    setTimeout(whenReady, 20);
    return;
  }
  desk.texts = props.texts[html.lang] ?? props.texts.en;
  listen();
  begin();
})();
