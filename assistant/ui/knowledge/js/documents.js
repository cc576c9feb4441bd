// The list and the document beside it.
const keyText = (document_, locale) => `${document_} ${locale}`;

function filterFields() {
  const value = (name) => find(`#kno-filter-${name}`)?.value ?? "";
  const search = find("#kno-search")?.value.trim() ?? "";
  return { search, standing: value("standing"), category: value("category"), locale: value("locale") };
}

function refreshList() {
  find("#kno-list-scroll").setAttribute("aria-busy", "true");
  const done = () => find("#kno-list-scroll").setAttribute("aria-busy", "false");
  read("list", filterFields(), () => {
    done();
    markCurrent();
  }, done);
}

function markCurrent() {
  for (const line of every(".kno-line")) {
    const current = line.dataset.document === desk.doc?.id && line.dataset.locale === desk.doc?.locale;
    if (current) line.setAttribute("aria-current", "true");
    else line.removeAttribute("aria-current");
  }
}

let searchTimer = 0;
function searchList() {
  clearTimeout(searchTimer);
  searchTimer = setTimeout(refreshList, 250);
}

function openDocument(id, locale, { part = desk.part, focus = true } = {}) {
  pane("documents");
  keepText();
  html.dataset.knoView = "document";
  if (desk.doc?.id !== id || desk.doc?.locale !== locale) {
    fill("diff", "");
    desk.number = null;
  }
  find("#kno-document").setAttribute("aria-busy", "true");
  desk.wanted = `${id} ${locale}`;
  read("open", { document: id, locale }, (answer) => {
    if (desk.wanted !== `${id} ${locale}`) return; // another one was asked for meanwhile
    showDocument(answer.document);
    showPart(part);
    find("#kno-document-scroll").scrollTop = 0;
    if (focus) find("#kno-title")?.focus({ preventScroll: true });
  }, () => {
    find("#kno-document").setAttribute("aria-busy", "false");
    desk.wanted = desk.doc ? `${desk.doc.id} ${desk.doc.locale}` : "";
  });
}

// What is being written is left alone.
function rereadDocument() {
  if (!desk.doc || desk.wanted !== `${desk.doc.id} ${desk.doc.locale}`) return; // the one on its way is read anyhow
  const { id, locale } = desk.doc;
  read("open", { document: id, locale }, (answer) => {
    if (desk.doc?.id !== id || desk.doc?.locale !== locale) return;
    showDocument(answer.document, true);
    if (desk.number !== null) showPassages(desk.number);
  });
}

function showDocument(doc, again = false) {
  find("#kno-document").setAttribute("aria-busy", "false");
  find("#kno-welcome").hidden = true;
  find("#kno-document-scroll").hidden = false;
  find("#kno-parts").hidden = false;
  desk.doc = doc;
  keep("open", { id: doc.id, locale: doc.locale });
  markCurrent();
  markPending();
  if (again) editorNews(doc);
  else loadEditor(doc);
}

function showPart(part) {
  desk.part = part;
  keep("part", part);
  for (const button of every("#kno-parts [data-part]")) button.setAttribute("aria-pressed", String(button.dataset.part === part));
  for (const section of every("[data-part-of]")) section.hidden = section.dataset.partOf !== part;
  if (part === "edit") previewNow();
}

// After a reload, what was open is opened again, with what was being written.
function reopen() {
  const open = kept("open", null);
  if (!open) return;
  if (!open.id) newDocument(false);
  else openDocument(open.id, open.locale, { part: kept("part", desk.part), focus: false });
}

function showPassages(number) {
  desk.number = number;
  showPart("passages");
  const { id, locale } = desk.doc;
  if (number === null) rereadDocument();
  else read("passages", { document: id, locale, number });
}

function compare(form) {
  const given = new FormData(form);
  const { id, locale } = desk.doc;
  read("diff", { document: id, locale, other: Number(given.get("old")), number: Number(given.get("new")) });
}
