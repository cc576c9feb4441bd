// What is meant to be published, kept in this browser until it is. Nothing of it is in force.
let basket = kept("basket", []);

const same = (a, b) => a.kind === b.kind && a.document === b.document && a.locale === b.locale
  && (a.passage ?? "") === (b.passage ?? "");

// Of two changes of one kind to one thing, the later one is meant; so is the later one of two that undo each other.
const OPPOSITE = { hide: "show", show: "hide", remove: "restore", restore: "remove" };

function stage(change, quietly = false) {
  const undone = { ...change, kind: OPPOSITE[change.kind] };
  const before = basket.length;
  basket = basket.filter((each) => !same(each, change) && !same(each, undone));
  const cancelled = basket.length < before && (change.kind === "hide" || change.kind === "show")
    && Boolean(find(`#kno-passages [data-passage="${CSS.escape(change.passage)}"][data-pending="${OPPOSITE[change.kind]}"]`));
  if (!cancelled) basket = [...basket, change];
  basketChanged();
  if (!quietly) say("ok", text(cancelled ? "unstaged" : "staged", { count: basket.length }));
}

function unstage(index) {
  basket = basket.filter((_, at) => at !== index);
  basketChanged();
}

function basketChanged() {
  keep("basket", basket);
  count("changes", basket.length);
  find("#kno-check").disabled = !basket.length || Boolean(work.job);
  markPending();
  outdated();
  if (desk.pane === "changes") refreshBasket();
}

function refreshBasket() {
  read("basket", { changes: basket });
}

function count(name, value) {
  const place = find(`[data-count="${name}"]`);
  if (place) place.textContent = value ? String(value) : "";
}

const names = new WeakMap(); // what a button said before

// Passages with a change in the basket say so.
function markPending() {
  const mine = basket.filter((each) => each.document === desk.doc?.id && each.locale === desk.doc?.locale);
  for (const card of every("#kno-passages .kno-card")) {
    const change = mine.find((each) => each.passage === card.dataset.passage);
    if (change) card.dataset.pending = change.kind;
    else delete card.dataset.pending;
    const button = find("[data-act='toggle']", card);
    if (button && change && !names.has(button)) {
      names.set(button, button.innerHTML);
      button.textContent = text("take_back");
    } else if (button && !change && names.has(button)) {
      button.innerHTML = names.get(button);
      names.delete(button);
    }
    const note = find(".kno-pending", card);
    if (change && !note) {
      const made = document.createElement("span");
      made.className = "kno-pending con-chip";
      made.dataset.tone = "info";
      made.textContent = text("pending");
      find("header", card).insertBefore(made, find("header .kno-soft", card));
    } else if (!change) note?.remove();
  }
}

function toggle(from) {
  const pending = from.closest(".kno-card").dataset.pending;
  const kind = pending ? OPPOSITE[pending] : from.dataset.kind;
  stage({ kind, document: desk.doc.id, locale: desk.doc.locale, passage: from.dataset.passage });
}

async function stageDraft(id, locale, quietly = false) {
  const answer = await call("stage", { document: id, locale });
  if (!answer) return false;
  if (answer.say) {
    show(answer);
    return false;
  }
  stage({ kind: "publish", document: id, locale, number: answer.number }, quietly);
  return true;
}

async function stageAll() {
  for (const from of every("[data-slot='drafts'] [data-act='stage']")) {
    if (!(await stageDraft(from.dataset.document, from.dataset.locale, true))) return;
  }
  say("ok", text("staged", { count: basket.length }));
}
