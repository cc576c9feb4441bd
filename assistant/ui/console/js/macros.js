// Macros. The field keeps the focus; the marked option is told to screen readers by aria-activedescendant.
const picker = { wanted: "", shown: null, put: false, at: [0, 0] };

const macroField = () => find("#con-macro-search");
const macroOptions = () => every("#con-macro-list .con-macro");
const markedMacro = () => find('#con-macro-list .con-macro[aria-selected="true"]');

function openMacros() {
  if (!desk.ticket?.mine || desk.ticket.state !== "claimed") {
    say("warn", text("not_mine"), "not_yours");
    return;
  }
  openEditor();
  const { selectionStart, selectionEnd } = area();
  Object.assign(picker, { wanted: "", shown: null, put: false, at: [selectionStart, selectionEnd] });
  macroField().value = "";
  fill("macros", "");
  markMacro(null);
  find("#con-dialog-macros").showModal();
  macroField().focus();
  searchMacros();
}

// A dialog that closes gives the focus back, but the cursor may then stand at the start.
function macrosClosed() {
  if (!area().readOnly) area().setSelectionRange(...picker.at);
}

function searchMacros() {
  Object.assign(picker, { wanted: macroField().value.trim(), put: false });
  const asked = picker.wanted;
  find("#con-macro-list").setAttribute("aria-busy", "true");
  read(
    "macros",
    { ticket: desk.ticket.id, search: asked },
    (answer) => showMacros(asked, answer),
    () => find("#con-macro-list").setAttribute("aria-busy", "false"),
  );
}

function showMacros(asked, answer) {
  const dialog = find("#con-dialog-macros");
  find("#con-macro-list").setAttribute("aria-busy", "false");
  if (!dialog.open) return;
  if (answer.macros === undefined) {
    dialog.close();
    return;
  }
  fill("macros", answer.macros);
  find("#con-macro-count").textContent = answer.macroCount;
  picker.shown = asked;
  markMacro(macroOptions()[0] ?? null);
  if (picker.put && asked === picker.wanted) putMacro();
}

function markMacro(option, scroll = true) {
  for (const each of macroOptions()) each.setAttribute("aria-selected", String(each === option));
  const field = macroField();
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
  find("#con-macro-preview").innerHTML = option ? find("template", option).innerHTML : "";
  find("#con-macro-put").disabled = !option;
  if (!option || !scroll) return;
  const first = option.previousElementSibling?.getAttribute("role") === "presentation";
  (first ? option.previousElementSibling : option).scrollIntoView({ block: "nearest" });
  option.scrollIntoView({ block: "nearest" });
}

function stepMacro(by) {
  const options = macroOptions();
  if (!options.length) return;
  const at = options.indexOf(markedMacro());
  markMacro(options[(at + by + options.length) % options.length]);
}

// Keys of the dialog. Escape closes it at once: by itself a search field would be emptied first.
function macroPressed(event) {
  if (event.key === "Escape") {
    event.preventDefault();
    find("#con-dialog-macros").close();
    return;
  }
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 };
  if (event.key in steps) {
    event.preventDefault();
    stepMacro(steps[event.key]);
  } else if (event.key === "Enter" && event.target === macroField()) {
    event.preventDefault();
    // Typed faster than it was found: what is marked is of another search.
    if (picker.shown === picker.wanted) putMacro();
    else picker.put = true;
  }
}

// A finger has no way to look at a macro first: its first touch marks.
function macroChosen(from, event) {
  if (from.dataset.macro && from !== markedMacro()) {
    markMacro(from, false);
    if (event?.pointerType === "touch") return;
  }
  putMacro();
}

async function putMacro() {
  picker.put = false;
  const option = markedMacro();
  const { ticket } = desk;
  if (!option || picker.putting) return;
  picker.putting = true;
  const answer = await call("macro", { ticket: ticket.id, macro: option.dataset.macro });
  picker.putting = false;
  const dialog = find("#con-dialog-macros");
  if (!dialog.open) return; // closed meanwhile: they changed their mind
  dialog.close();
  if (answer?.say) say(answer.say.tone, answer.say.text, answer.say.code);
  if (!answer?.macro || desk.ticket?.id !== ticket.id || !desk.ticket.mine) return;
  macrosClosed();
  insertMacro(answer.macro);
  picker.at = [area().selectionStart, area().selectionEnd];
}

function insertMacro({ pieces, missing }) {
  const kept = texts.get(desk.ticket.id);
  const words = pieces.map((piece) => (piece.cite ? `[${numberFor(kept, piece.cite)}]` : piece.text)).join("");
  const box = area();
  const before = box.value.slice(0, box.selectionEnd);
  const after = box.value.slice(box.selectionEnd);
  // Behind a whole sentence a macro is a paragraph of its own; inside one it stands where the cursor is.
  const apart = before.trim() === "" || /[。！？.!?…」”’)）\]]\s*$/u.test(before);
  const lead = apart && before.trim() !== "" ? "\n\n".slice(before.match(/\n*$/)[0].length) : "";
  const rest = apart && after.trim() !== "" ? "\n\n".slice(after.match(/^\n*/)[0].length) : "";
  insertAtCursor(lead + words + rest, rest.length);
  if (missing.length) say("warn", text("macro_missing", { count: missing.length, names: missing.join(" ") }), "blank");
  else say("ok", text("macro_put"));
}
