// Shortcuts. Never while somebody types, composes (an input method) or answers a question.
const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  c: () => does.claim(),
  a: () => approve(),
  e: () => openEditor(),
  r: () => does.reject(),
  x: () => desk.ticket?.mine && does.escalate(),
  m: () => openMacros(),
  "/": () => find("#con-queue-search").focus(),
  "?": () => does.help(),
};

function typing(target) {
  return Boolean(target.closest?.("input, textarea, select, [contenteditable='true']"));
}

function pressed(event) {
  if (event.isComposing || event.keyCode === 229) return;
  if (find("#con-dialog-macros[open]")) {
    macroPressed(event);
    return;
  }
  if (event.repeat) return;
  if (find("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    if (event.target !== area() && typing(event.target)) return;
    event.preventDefault();
    send();
    return;
  }
  if (event.ctrlKey && !event.metaKey && !event.altKey && event.key.toLowerCase() === "m") {
    if (event.target !== area() && typing(event.target)) return;
    event.preventDefault();
    openMacros();
    return;
  }
  if (event.key === "Escape") {
    if (event.target === area()) closeEditor();
    else if (typing(event.target)) event.target.blur();
    find("#con-menu")?.removeAttribute("open");
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const does_ = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!does_) return;
  event.preventDefault();
  does_();
}
