(() => {
  "use strict";
  const WAIT = 180;

  const form = document.querySelector("[data-search]");
  if (form) {
    const box = form.querySelector("input"), list = form.querySelector("#hits"), said = form.querySelector("#hits-said");
    let timer = 0, running = null, composing = false, shown = box.value;
    const hide = () => { list.hidden = true; };
    const line = (text) => { const p = document.createElement("p"); p.textContent = text; list.replaceChildren(p); list.hidden = false; said.textContent = text; };
    const show = ({ hits, secret }) => {
      if (secret) return line(form.dataset.secret);
      if (!hits.length) return line(form.dataset.none);
      list.replaceChildren(...hits.map((hit) => {
        const link = document.createElement("a"), title = document.createElement("strong"), text = document.createElement("span");
        link.href = hit.href; title.textContent = hit.title; text.textContent = hit.snippet;
        link.append(title, text);
        return link;
      }));
      list.hidden = false;
      said.textContent = form.dataset.count.replace("{count}", () => hits.length);
    };
    const ask = async () => {
      const text = box.value.trim();
      if (text === shown) return;
      shown = text;
      running?.abort();
      if (text.length < 2) return hide();
      const mine = running = new AbortController();
      try {
        const answer = await fetch(`/help/suggest?q=${encodeURIComponent(text)}`, { signal: mine.signal });
        if (answer.status === 429) return hide();
        if (!answer.ok) throw new Error(String(answer.status));
        const found = await answer.json();
        if (running === mine) show(found);
      } catch (error) {
        if (error.name !== "AbortError") line(form.dataset.failed);
      }
    };
    const later = () => { clearTimeout(timer); if (!composing) timer = setTimeout(ask, WAIT); };
    box.addEventListener("input", later);
    box.addEventListener("compositionstart", () => { composing = true; });
    box.addEventListener("compositionend", () => { composing = false; later(); });
    form.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const links = [...list.querySelectorAll("a")], at = links.indexOf(document.activeElement);
      if (event.key === "Escape") { hide(); box.focus(); }
      else if (event.key === "ArrowDown" && !list.hidden && links.length) { event.preventDefault(); links[Math.min(at + 1, links.length - 1)].focus(); }
      else if (event.key === "ArrowUp" && at >= 0) { event.preventDefault(); (links[at - 1] ?? box).focus(); }
    });
    document.addEventListener("click", (event) => { if (!form.contains(event.target)) hide(); });
  }

  const filter = document.querySelector("[data-filter]");
  if (filter) {
    const box = filter.querySelector("input"), said = filter.querySelector("[role=status]");
    const terms = [...document.querySelectorAll("[data-term]")].map((node) => [node, node.textContent.concat(" ", node.dataset.term).toLowerCase()]);
    filter.hidden = false;
    box.addEventListener("input", () => {
      const wanted = box.value.trim().toLowerCase();
      let left = 0;
      for (const [node, text] of terms) { node.hidden = !text.includes(wanted); left += node.hidden ? 0 : 1; }
      said.textContent = wanted ? said.dataset.left.replace("{count}", left) : "";
    });
  }

  // What is done is kept by the words of the step: a step that was edited has another id and comes back unticked.
  const steps = [...document.querySelectorAll("[data-step]")];
  if (steps.length) {
    const KEY = "proofdesk-steps", MOST = 1000;
    const tally = document.querySelector("[data-tally]"), resume = document.querySelector("[data-resume]");
    const stages = [...document.querySelectorAll("[data-stage]")].filter((stage) => stage.querySelector("[data-step]"));
    const all = [...document.querySelectorAll("[data-stage]")];
    let memory = []; // where storage is off, it holds until the page is left
    const read = () => {
      try {
        const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
        return Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : [];
      } catch { return memory; }
    };
    const write = (ids) => {
      memory = ids.slice(-MOST);
      try { localStorage.setItem(KEY, JSON.stringify(memory)); } catch { /* see `memory` */ }
    };
    const idsOf = (step) => [step.dataset.step, ...step.dataset.twins.split(" ").filter(Boolean)];
    const mark = (changed, done) => {
      const ids = new Set(changed.flatMap(idsOf)), kept = read().filter((id) => !ids.has(id)); // read anew: another tab may have ticked
      write(done ? [...kept, ...ids] : kept);
      paint();
    };
    const said = (text, values) => Object.entries(values).reduce((filled, [name, value]) => filled.replace(`{${name}}`, () => value), text);
    const stepsOf = (stage) => [...stage.querySelectorAll("[data-step]")];
    const isDone = (step) => step.hasAttribute("data-done");
    const unfinished = () => stages.filter((stage) => !stepsOf(stage).every(isDone));
    const setText = (node, text) => { if (node.textContent !== text) node.textContent = text; };
    const lead = (link, text, stage) => {
      link.hidden = !stage;
      if (stage) { link.href = `#${stage.id}`; setText(link, said(text, { stage: stage.dataset.stage })); }
    };
    const paintStages = () => {
      const left = unfinished();
      for (const stage of stages) {
        const own = stepsOf(stage), done = own.filter(isDone).length;
        stage.toggleAttribute("data-done", done === own.length);
        setText(stage.querySelector("[data-count]"), said(stage.querySelector("[data-count]").dataset.count, { done, total: own.length }));
        setText(stage.querySelector(".mark"), done === own.length ? "✓" : String(all.indexOf(stage) + 1));
        const onward = stage.querySelector("[data-onward]");
        const next = left.find((each) => all.indexOf(each) > all.indexOf(stage)) ?? left[0];
        lead(onward, onward.dataset.onward, done === own.length ? next : null);
      }
      if (resume) lead(resume, resume.dataset.resume, left[0]);
    };
    const paint = () => {
      const kept = new Set(read());
      for (const step of steps) {
        step.toggleAttribute("data-done", kept.has(step.dataset.step));
        step.querySelector("input").checked = kept.has(step.dataset.step);
      }
      const done = steps.filter(isDone).length, total = steps.length;
      setText(tally.querySelector("[role=status]"), done === total ? tally.dataset.all : said(tally.dataset.tally, { done, total }));
      const ring = tally.querySelector("[role=progressbar]");
      if (ring) {
        ring.setAttribute("aria-valuenow", done);
        ring.setAttribute("aria-valuetext", said(tally.dataset.tally, { done, total }));
        ring.querySelector("circle:last-of-type").setAttribute("stroke-dasharray", `${(100 * done) / total} 100`);
        setText(ring.querySelector("span"), `${Math.floor((100 * done) / total)}%`);
      }
      paintStages();
    };
    const go = (stage) => {
      stage.open = true;
      stage.querySelector("summary").focus({ preventScroll: true });
      stage.scrollIntoView({ block: "start" });
    };
    for (const step of steps) {
      const box = step.querySelector("input");
      box.hidden = false;
      box.addEventListener("change", () => mark([step], box.checked));
    }
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("[data-resume], [data-onward]");
      if (!link) return;
      event.preventDefault();
      go(document.getElementById(link.hash.slice(1)));
    });
    addEventListener("storage", (event) => { if (event.key === KEY || event.key === null) paint(); });
    addEventListener("pageshow", (event) => { if (event.persisted) paint(); });

    const sure = document.querySelector("[data-confirm]");
    document.querySelector("[data-reset]").addEventListener("click", () => sure.showModal());
    sure.querySelector("[data-no]").addEventListener("click", () => sure.close());
    sure.querySelector("[data-yes]").addEventListener("click", () => {
      sure.close();
      mark(steps, false);
      all.forEach((stage) => { stage.open = stage === stages[0]; });
    });

    let unfolded = [];
    addEventListener("beforeprint", () => { unfolded = all.filter((stage) => !stage.open); unfolded.forEach((stage) => { stage.open = true; }); });
    addEventListener("afterprint", () => { unfolded.forEach((stage) => { stage.open = false; }); });

    tally.hidden = document.querySelector("[data-kept]").hidden = false;
    paint();
    const asked = all.find((stage) => `#${stage.id}` === location.hash), first = asked ?? unfinished()[0] ?? null;
    all.forEach((stage) => { stage.open = stage === first; });
  }
})();
