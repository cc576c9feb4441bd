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
      said.textContent = form.dataset.count.replace("{count}", hits.length);
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

  const steps = [...document.querySelectorAll("[data-step]")];
  if (steps.length) {
    const KEY = "proofdesk-start", head = document.querySelector("[data-progress]"), kept = document.querySelector("[data-kept]");
    const read = () => { try { return new Set(JSON.parse(localStorage.getItem(KEY) ?? "[]")); } catch { return new Set(); } };
    const write = (done) => { try { localStorage.setItem(KEY, JSON.stringify([...done])); } catch { /* storage is off: it holds until the page is left */ } };
    let done = read();
    const paint = () => {
      let count = 0;
      for (const step of steps) {
        const is = done.has(step.dataset.step);
        step.toggleAttribute("data-done", is);
        step.querySelector("input").checked = is;
        count += is ? 1 : 0;
      }
      head.querySelector("progress").value = count;
      head.querySelector("[role=status]").textContent = head.dataset.progress.replace("{done}", count).replace("{total}", steps.length);
    };
    for (const step of steps) {
      step.querySelector(".done").hidden = false;
      step.querySelector("input").addEventListener("change", (event) => {
        if (event.target.checked) done.add(step.dataset.step); else done.delete(step.dataset.step);
        write(done); paint();
      });
    }
    document.querySelector("[data-reset]").addEventListener("click", () => { done = new Set(); write(done); paint(); });
    head.hidden = kept.hidden = false;
    paint();
  }
})();
