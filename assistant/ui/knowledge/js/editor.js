// The editor: what is being written is kept by this browser, also through a reload, until it is saved or given up.
const PREVIEW_MS = 600;
const NEW = "new"; // the key of a document that has no id yet
const chosen = new Map(); // document and locale -> the draft that is written on; 0 = the version in force
let editing = null; // what the editor holds: { key, id, locale, base, of, based, name }
let previewTimer = 0;
let previewed = "";

const area = () => find("#kno-text");
const dirty = () => Boolean(editing) && area().value !== editing.base;
const written = (key) => kept(`text ${key}`, null); // { text, of, based, name }

function loadEditor(doc) {
  const key = keyText(doc.id, doc.locale);
  const mine = written(key);
  const draft = doc.draft && doc.draft.text !== null ? doc.draft : null;
  const wanted = mine?.of ?? chosen.get(key) ?? draft?.number;
  const of = draft && (wanted || doc.text === null) ? draft.number : 0; // of an older draft, the newest is what goes on
  const base = (of ? draft.text : doc.text) ?? "";
  editing = { key, id: doc.id, locale: doc.locale, base, of, based: mine?.based ?? doc.newest, name: of ? draft.name : doc.name };
  const can = of > 0 || doc.text !== null || Boolean(mine);
  find("#kno-edit").hidden = !can;
  find("#kno-not-editable").hidden = can;
  find("#kno-name-field").hidden = true;
  find("#kno-name").value = editing.name;
  const value = mine?.text ?? base;
  if (area().value !== value) area().value = value;
  if (mine && value === base) drop(`text ${key}`);
  else if (mine) say("info", text("kept_text"));
  showBasis();
  previewed = "";
}

// The document was read again. A text that somebody is writing stays as it is.
function editorNews(doc) {
  if (!editing || editing.key !== keyText(doc.id, doc.locale)) return;
  if (dirty()) showBasis();
  else {
    loadEditor(doc);
    previewNow();
  }
}

// What the text is based on, and the way to the other one.
function showBasis() {
  const bar = find("#kno-newer");
  const button = find("button", bar);
  const doc = editing?.id ? desk.doc : null;
  const draft = doc?.draft;
  let words = "";
  let way = "";
  if (doc && dirty() && doc.newest > editing.based) {
    words = text("newer", { number: doc.newest });
    way = "rebase";
  } else if (draft) {
    const about = { number: draft.number, author: draft.author, at: clock(draft.at) };
    words = text(editing.of ? "draft_here" : "draft_other", about);
    if (editing.of ? doc.text !== null && doc.version !== draft.number : draft.text !== null) way = editing.of ? "to_current" : "to_draft";
  }
  bar.hidden = !words;
  bar.dataset.tone = editing?.of && way !== "rebase" ? "info" : "warn";
  find("span", bar).textContent = words;
  button.hidden = !way;
  button.dataset.way = way;
  button.textContent = way ? text(way) : "";
}

function basis(way) {
  if (way === "rebase") {
    editing.based = desk.doc.newest;
    keepText();
    showBasis();
    return;
  }
  if (dirty()) {
    say("info", text("save_first"));
    return;
  }
  chosen.set(editing.key, way === "to_draft" ? desk.doc.draft.number : 0);
  loadEditor(desk.doc);
  previewNow();
}

function keepText() {
  if (!editing) return;
  const { key, of, based } = editing;
  if (dirty()) keep(`text ${key}`, { text: area().value, of, based, name: find("#kno-name").value });
  else drop(`text ${key}`);
}

function revert() {
  if (!editing) return;
  drop(`text ${editing.key}`);
  area().value = editing.base;
  editing.based = desk.doc?.newest ?? 0;
  showBasis();
  previewNow();
}

function newDocument(focus = true) {
  keepText();
  pane("documents");
  html.dataset.knoView = "document";
  desk.doc = null;
  desk.wanted = "";
  keep("open", { id: "" });
  markCurrent();
  for (const slot of ["document", "lint", "questions", "passages", "versions"]) fill(slot, "");
  const today = new Date().toISOString().slice(0, 10);
  const base = `---\nid: new-document\nlocale: ${desk.locale}\ntitle: \ncategory: \neffective_from: ${today}\n---\n\n`;
  const mine = written(NEW);
  editing = { key: NEW, id: "", locale: "", base, of: 0, based: 0, name: mine?.name || "new-document.md" };
  find("#kno-welcome").hidden = true;
  find("#kno-document-scroll").hidden = false;
  find("#kno-parts").hidden = true;
  find("#kno-edit").hidden = false;
  find("#kno-not-editable").hidden = true;
  find("#kno-name-field").hidden = false;
  find("#kno-name").value = editing.name;
  find("#kno-note").value = "";
  area().value = mine?.text ?? base;
  if (mine) say("info", text("kept_text"));
  showBasis();
  showPart("edit");
  if (focus) area().focus();
}

function previewSoon() {
  keepText();
  clearTimeout(previewTimer);
  find("#kno-preview-state").textContent = text("preview_stale");
  previewTimer = setTimeout(previewNow, PREVIEW_MS);
}

function previewNow() {
  if (!editing || desk.part !== "edit" || find("#kno-edit").hidden) return;
  const value = area().value;
  const name = find("#kno-name").value || editing.name;
  if (`${name}\n${value}` === previewed) {
    find("#kno-preview-state").textContent = "";
    return;
  }
  read("preview", { name, text: value, locale: editing.locale || desk.locale }, (answer) => {
    previewed = `${name}\n${value}`;
    find("#kno-preview-state").textContent = "";
    const error = find("#kno-preview-error");
    error.textContent = answer.unreadable;
    error.className = answer.unreadable ? "con-bar" : "";
    error.dataset.tone = "danger";
    for (const slot of ["preview", "preview-lint"]) find(`[data-slot='${slot}']`).dataset.old = answer.unreadable ? "1" : "0";
  });
}

async function saveText() {
  if (!editing) return;
  const value = area().value;
  const mine = editing;
  const answer = await act("save", {
    document: mine.id, locale: mine.locale, text: value, name: find("#kno-name").value || mine.name,
    other: mine.based, note: find("#kno-note").value,
  });
  if (!answer) {
    rereadDocument(); // somebody may have saved meanwhile: then the editor says so
    return;
  }
  find("#kno-note").value = "";
  drop(`text ${mine.key}`);
  refreshList();
  if (!mine.id) {
    if (editing === mine) {
      area().value = mine.base;
      openDocument(answer.document, answer.locale, { part: "edit", focus: false });
    }
    return;
  }
  // What comes back is the draft that was just made; it is what is written on.
  chosen.set(mine.key, answer.saved);
  if (editing === mine) {
    Object.assign(editing, { base: value, of: answer.saved, based: answer.saved });
    keepText();
  }
  rereadDocument();
}

window.addEventListener("beforeunload", (event) => {
  if (dirty()) event.preventDefault();
});
