// Questions before a change. Changes of what answers go to the basket; the others are made at once.
let asked = null; // what the open dialog is about

function ask(name, about = {}, value = "") {
  const dialog = find(`#kno-dialog-${name}`);
  asked = { name, ...about };
  find("form", dialog).reset();
  find(".con-form-error", dialog).hidden = true;
  find("[data-about]", dialog).textContent = desk.doc && !about.id && name !== "override" && name !== "rollback"
    ? [desk.doc.id, desk.doc.locale, about.number ? `v${about.number}` : ""].filter(Boolean).join(" · ") : "";
  const field = find("[name='value']", dialog);
  if (field) field.value = value;
  dialog.showModal();
  (field ?? find("button", dialog)).focus();
}

const STAGES = {
  publish: (value) => ({ number: asked.number, day: value }),
  expire: (value) => ({ day: value }),
  remove: () => ({}),
  questions: (value) => ({ questions: value.split("\n").map((line) => line.trim()).filter(Boolean) }),
};
const ACTS = {
  discard: () => act("discard", { ...documentFields(), number: asked.number }),
  owner: (value) => act("owner", { ...documentFields(), owner: value }),
  review: (value) => act("review", { ...documentFields(), day: value }),
  override: (value) => publish(value),
  dismiss: (value) => act("dismiss", { id: asked.id, reason: value }),
  rollback: (value) => act("rollback", { reason: value }),
};
const documentFields = () => ({ document: asked.document, locale: asked.locale });

const MAX_QUESTIONS = 200; // as the server takes them: a longer one would spoil every later call with the basket
const MAX_QUESTION = 500;

function refuse(dialog, words) {
  const error = find(".con-form-error", dialog);
  error.textContent = words;
  error.hidden = false;
}

async function answerForm(form) {
  const { name } = asked;
  const value = String(new FormData(form).get("value") ?? "").trim();
  const dialog = form.closest("dialog");
  if (STAGES[name]) {
    const change = STAGES[name](value);
    if (change.questions?.length > MAX_QUESTIONS || change.questions?.some((question) => question.length > MAX_QUESTION)) {
      refuse(dialog, text("questions_limit", { count: MAX_QUESTIONS, length: MAX_QUESTION }));
      return;
    }
    stage({ kind: name, ...documentFields(), ...change });
    dialog.close();
    return;
  }
  const answer = await ACTS[name](value);
  if (!answer) {
    const line = find("#kno-say");
    if (!line.hidden && line.dataset.tone !== "ok") refuse(dialog, find("p", line).textContent);
    return;
  }
  dialog.close();
  knowledgeChanged();
}

const aboutDocument = (more = {}) => ({ document: desk.doc.id, locale: desk.doc.locale, ...more });
