// Questions before what cannot be undone, or what has to have a reason.
let asked = null; // what the open dialog is about
const SHOWN_MS = 30000; // how long a revealed value stays on screen

function ask(name, fields = {}, from = null) {
  if (!desk.ticket?.mine) {
    say("warn", text("not_mine"), "not_yours");
    return;
  }
  asked = { name, fields: { ...base(), ...fields }, from };
  const dialog = find(`#con-dialog-${name}`);
  find(".con-form-error", dialog).hidden = true;
  dialog.showModal();
  find("textarea, input", dialog)?.focus();
}

async function answerForm(form) {
  const { name, fields, from } = asked;
  const given = new FormData(form);
  const comment = String(given.get("comment") ?? "");
  const reason = String(given.get("reason") ?? "");
  // The version that is on screen now: the customer may have written while the reason was typed.
  const current = desk.ticket?.id === fields.ticket ? { version: desk.ticket.version } : {};
  const answer = await act(name, { ...fields, ...current, comment, ...(reason ? { reason } : {}) });
  if (!answer) return;
  const dialog = form.closest("dialog");
  if (answer.say && ["needs_reason", "too_long"].includes(answer.say.code)) {
    find(".con-form-error", dialog).textContent = answer.say.text;
    find(".con-form-error", dialog).hidden = false;
    quiet();
    return;
  }
  dialog.close();
  form.reset();
  if (answer.revealed === undefined || !from) return;
  reveal(from, answer.revealed);
  rereadTicket(); // the look is in the history now
}

function reveal(chip, value) {
  const word = find(".con-token-word", chip);
  const label = word.textContent;
  word.textContent = value;
  chip.classList.add("con-open");
  chip.focus();
  setTimeout(() => {
    word.textContent = label;
    chip.classList.remove("con-open");
  }, SHOWN_MS);
}
