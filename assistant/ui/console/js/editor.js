// The editor. What an agent writes is kept by ticket, in this tab only, until it is sent or they throw it away.
const texts = new Map(); // ticket -> {text, marks, cites, first, draft, base, newer}
let setting = false;

const area = () => find("#con-editor textarea");
const storageKey = (id) => `proofdesk.text.${desk.user}.${id}`;

function fresh(ticket) {
  const body = ticket.draft?.body ?? "";
  return {
    text: body, start: body, marks: marksOf(ticket), cites: [], first: firstFree(ticket), draft: ticket.draft?.id ?? "",
    newer: false, open: false,
  };
}

function keptFor(ticket) {
  if (!texts.has(ticket.id)) {
    let saved = null;
    try {
      saved = JSON.parse(sessionStorage.getItem(storageKey(ticket.id)));
    } catch {
      saved = null;
    }
    if (saved) {
      texts.set(ticket.id, saved);
      if (saved.text !== saved.start) say("info", text("saved_kept"));
    }
  }
  return texts.get(ticket.id);
}

const changed = (kept) => Boolean(kept) && kept.text.trim() !== kept.start.trim();

function store(ticket, kept) {
  texts.set(ticket.id, kept);
  try {
    if (changed(kept)) sessionStorage.setItem(storageKey(ticket.id), JSON.stringify(kept));
    else sessionStorage.removeItem(storageKey(ticket.id));
  } catch {
    // No storage, or it is full: the text is still in this tab.
  }
}

function forgetAll() {
  texts.clear();
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("proofdesk.text.")) sessionStorage.removeItem(key);
}

// What the editor shows for a ticket that has just come in. Unsent text always stays.
function editorAdopt(ticket) {
  const kept = keptFor(ticket);
  const draft = ticket.draft?.id ?? "";
  const body = ticket.draft?.body ?? "";
  if (!changed(kept) || kept.text.trim() === body.trim()) {
    store(ticket, { ...fresh(ticket), open: kept?.open ?? false });
  } else if (kept.draft !== draft) {
    store(ticket, { ...kept, ...renumbered(kept, ticket), start: body, draft, newer: Boolean(draft) });
  }
  showEditor(ticket);
}

function showEditor(ticket) {
  const kept = texts.get(ticket.id);
  const box = area();
  setText(kept.text);
  const open = ticket.state === "claimed" && ticket.mine && (kept.open || changed(kept) || !ticket.draft);
  const lost = !open && changed(kept);
  const work = find("#con-work");
  work.dataset.editing = open || lost ? "1" : "0";
  work.dataset.dirty = changed(kept) && ticket.mine ? "1" : "0";
  box.readOnly = !open;
  box.lang = ticket.language;
  find("#con-newer").hidden = !(open && kept.newer && changed(kept));
  find("#con-kept").hidden = !lost;
  showChanges(ticket, kept);
}

function setText(value) {
  const box = area();
  if (box.value === value) return;
  setting = true;
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, value);
  box.dispatchEvent(new Event("input", { bubbles: true }));
  setting = false;
}

function editorChanged() {
  if (setting || !desk.ticket) return;
  const kept = texts.get(desk.ticket.id);
  if (!kept || area().readOnly) return;
  kept.text = area().value;
  kept.open = true;
  store(desk.ticket, kept);
  find("#con-work").dataset.dirty = changed(kept) ? "1" : "0";
  showChanges(desk.ticket, kept);
}

// The comparison is with the desk's own draft, whoever edited since. It takes the place of the draft while somebody
// edits, unless they chose to look at the draft.
function showChanges(ticket, kept) {
  const control = find("#con-draft-switch");
  if (!control) return;
  const differs = ticket.base !== null && kept.text.trim() !== ticket.base.trim();
  control.hidden = !differs;
  if (differs) {
    const pieces = diff(ticket.base, kept.text);
    const size = (kind) => pieces.reduce((sum, [each, words]) => sum + (each === kind ? [...words].length : 0), 0);
    const count = find("#con-diff-count");
    count.textContent = `+${size("+")} −${size("-")}`;
    count.title = `${text("diff_added")} ${size("+")}, ${text("diff_removed")} ${size("-")}`;
    showPieces(find("#con-diff"), pieces);
  }
  showPart(differs ? desk.part || (changed(kept) ? "diff" : "draft") : "draft");
}

function showPart(part) {
  const place = find("#con-diff");
  if (!place) return;
  place.hidden = part !== "diff";
  find("#con-draft-body").hidden = part === "diff";
  for (const button of every("#con-draft-switch [data-show]")) {
    button.setAttribute("aria-pressed", String(button.dataset.show === part));
  }
}

function openEditor() {
  if (!desk.ticket?.mine) return;
  texts.get(desk.ticket.id).open = true;
  showEditor(desk.ticket);
  area().focus({ preventScroll: true });
  const draft = find("#con-draft");
  if (!draft.hidden) find("#con-work-scroll").scrollTop = draft.offsetTop - 8;
}

function closeEditor() {
  if (!desk.ticket) return;
  const kept = texts.get(desk.ticket.id);
  if (kept && !changed(kept) && desk.ticket.draft) kept.open = false;
  area().blur();
  showEditor(desk.ticket);
}

function takeDraft() {
  store(desk.ticket, fresh(desk.ticket));
  showEditor(desk.ticket);
}

function keepText() {
  const kept = texts.get(desk.ticket.id);
  kept.newer = false;
  store(desk.ticket, kept);
  showEditor(desk.ticket);
}

// [n] at the cursor, for a passage that the agent found.
function cite(id) {
  if (!desk.ticket?.mine) {
    say("warn", text("not_mine"));
    return;
  }
  openEditor();
  const kept = texts.get(desk.ticket.id);
  const mark = `[${numberFor(kept, id)}]`;
  insertAtCursor(mark);
  say("ok", text("cited", { mark }));
}

// Puts words behind the selection; the cursor stands behind them then, or `back` characters before their end.
function insertAtCursor(words, back = 0) {
  const box = area();
  const { selectionEnd, scrollTop } = box;
  setText(box.value.slice(0, selectionEnd) + words + box.value.slice(selectionEnd));
  const at = selectionEnd + words.length - back;
  box.focus({ preventScroll: true });
  box.setSelectionRange(at, at);
  box.scrollTop = at >= box.value.length ? box.scrollHeight : scrollTop;
  editorChanged();
}
