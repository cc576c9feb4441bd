// The search bench. The last searches are kept by this browser alone: they are customers' words.
const MOST_RECENT = 12;
const FIELDS = ["text", "day", "locale", "product", "jurisdiction"];

function benchFields() {
  const given = new FormData(find("#kno-bench-form"));
  return Object.fromEntries(FIELDS.map((name) => [name, String(given.get(name) ?? "").trim()]));
}

function runBench() {
  const fields = benchFields();
  if (!fields.text) return;
  const hits = find("#kno-hits");
  hits.setAttribute("aria-busy", "true");
  read("bench", fields, () => {
    hits.setAttribute("aria-busy", "false");
    const others = kept("recent", []).filter((each) => JSON.stringify(each) !== JSON.stringify(fields));
    keep("recent", [fields, ...others].slice(0, MOST_RECENT));
    showRecent();
  }, () => hits.setAttribute("aria-busy", "false"));
}

function showRecent() {
  const place = find("#kno-recent");
  place.replaceChildren(...kept("recent", []).map((fields, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "con-small";
    Object.assign(button.dataset, { act: "again", index });
    button.textContent = [fields.text, fields.day, fields.locale, fields.product, fields.jurisdiction].filter(Boolean).join(" · ");
    return button;
  }));
}

function again(index) {
  const fields = kept("recent", [])[index];
  if (!fields) return;
  const form = find("#kno-bench-form");
  for (const name of FIELDS) form.elements[name].value = fields[name] ?? "";
  runBench();
}

function offerLocales(locales) {
  for (const menu of every("select[data-locales]")) {
    const chosen = menu.value;
    menu.replaceChildren(menu.options[0], ...locales.map((locale) => new Option(locale, locale)));
    menu.value = chosen;
  }
}
