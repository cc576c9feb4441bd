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
  if (!cancelled && basket.length >= desk.most) {
    say("warn", text("full", { count: desk.most }));
    return false;
  }
  if (!cancelled) basket = [...basket, change];
  basketChanged();
  if (!quietly) say("ok", text(cancelled ? "unstaged" : "staged", { count: basket.length }));
  return true;
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
  const asked = find("#kno-questions-pending");
  if (asked) asked.hidden = !pendingQuestions();
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

// The example questions that the basket has for the document on screen; undefined = none are meant to change.
const pendingQuestions = () => basket.find((each) => (
  each.kind === "questions" && each.document === desk.doc?.id && each.locale === desk.doc?.locale))?.questions;

function toggle(from) {
  const card = from.closest(".kno-card");
  const kind = card.dataset.pending ? OPPOSITE[card.dataset.pending] : from.dataset.kind;
  const about = find(".kno-text", card).textContent.trim().slice(0, 80);
  stage({ kind, document: desk.doc.id, locale: desk.doc.locale, passage: from.dataset.passage, about });
}

const publishOf = ({ document: id, locale, number }) => ({ kind: "publish", document: id, locale, number: Number(number) });

function stageAll() {
  const drafts = every("[data-slot='drafts'] [data-act='stage-version']").map((from) => publishOf(from.dataset));
  if (drafts.every((draft) => stage(draft, true))) say("ok", text("staged", { count: basket.length }));
}
