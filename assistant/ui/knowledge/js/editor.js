// The editor: a text of our own making is kept until it is saved or given up, also while another document is looked at.
const PREVIEW_MS = 600;
const written = new Map(); // document and locale -> { text, name, based }
let editing = null; // what the editor holds: { key, id, locale, base, based, name }
let previewTimer = 0;
let previewed = "";

const area = () => find("#kno-text");
const dirty = () => Boolean(editing) && area().value !== editing.base;

function loadEditor(doc) {
  const key = keyText(doc.id, doc.locale);
  const mine = written.get(key);
  editing = { key, id: doc.id, locale: doc.locale, base: doc.text ?? "", based: mine?.based ?? doc.newest, name: doc.name };
  const can = doc.text !== null || Boolean(mine);
  find("#kno-edit").hidden = !can;
  find("#kno-not-editable").hidden = can;
  find("#kno-name-field").hidden = true;
  find("#kno-name").value = doc.name;
  find("#kno-note").value = "";
  area().value = mine?.text ?? editing.base;
  if (mine) say("info", text("kept_text"));
  find("#kno-newer").hidden = !doc.drafts || Boolean(mine);
  previewed = "";
}

// The document was read again. A text that nobody has touched follows it.
function editorNews(doc) {
  if (!editing || editing.key !== keyText(doc.id, doc.locale)) return;
  if (!dirty()) loadEditor(doc);
}

function keepText() {
  if (!editing?.key) return;
  if (dirty()) written.set(editing.key, { text: area().value, based: editing.based });
  else if (!editing.saved) written.delete(editing.key);
}

function revert() {
  if (!editing) return;
  written.delete(editing.key);
  area().value = editing.base;
  editing.based = desk.doc?.newest ?? 0;
  previewNow();
}

function newDocument() {
  keepText();
  pane("documents");
  html.dataset.knoView = "document";
  desk.doc = null;
  markCurrent();
  for (const slot of ["document", "lint", "questions", "passages", "versions"]) fill(slot, "");
  const today = new Date().toISOString().slice(0, 10);
  const base = `---\nid: new-document\nlocale: ${desk.locale}\ntitle: \ncategory: \neffective_from: ${today}\n---\n\n`;
  editing = { key: "", id: "", locale: "", base, based: 0, name: "new-document.md" };
  find("#kno-welcome").hidden = true;
  find("#kno-document-scroll").hidden = false;
  find("#kno-parts").hidden = true;
  find("#kno-edit").hidden = false;
  find("#kno-not-editable").hidden = true;
  find("#kno-newer").hidden = true;
  find("#kno-name-field").hidden = false;
  find("#kno-name").value = editing.name;
  area().value = base;
  showPart("edit");
  area().focus();
}

function previewSoon() {
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
    find("[data-slot='preview']").dataset.old = answer.unreadable ? "1" : "0";
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
  if (!answer) return;
  find("#kno-note").value = "";
  if (!mine.id) {
    newDocument();
    find("#kno-search").value = "";
    refreshList();
    return;
  }
  // The desk shows the version in force; the draft that was just made is what is written on here.
  written.set(mine.key, { text: value, based: answer.saved });
  if (editing === mine) Object.assign(editing, { base: value, based: answer.saved, saved: true });
  rereadDocument();
  refreshList();
}

window.addEventListener("beforeunload", (event) => {
  if (dirty() && !editing.saved) event.preventDefault();
});
