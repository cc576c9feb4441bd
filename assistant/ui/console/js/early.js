// Runs in the head, before Gradio asks whether the reader prefers dark: a choice made on the page wins.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("proofdesk_theme");
  } catch {
    return; // storage is switched off: the system's preference stands
  }
  if (chosen !== "dark" && chosen !== "light") return;
  const url = new URL(window.location);
  if (url.searchParams.get("__theme") === chosen) return;
  url.searchParams.set("__theme", chosen);
  window.history.replaceState(window.history.state, "", url);
})();
