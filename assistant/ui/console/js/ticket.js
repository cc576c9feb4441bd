// One ticket: what is on screen, and what is done with it.
const LONGEST_BODY = 20000; // code points, as `body` of calls.py

function openTicket(id) {
  desk.wanted = id;
  markCurrent();
  pane("work");
  if (find("#con-say").dataset.tone !== "error") quiet(); // what was said is of the ticket before
  const work = find("#con-work");
  const stay = () => {
    work.setAttribute("aria-busy", "false");
    desk.wanted = desk.ticket?.id ?? ""; // what is on screen stays what is worked on
    markCurrent();
  };
  work.setAttribute("aria-busy", "true");
  read(
    "open",
    { ticket: id },
    (answer) => {
      if (!answer.ticket) stay();
      else if (answer.ticket.id === desk.wanted) adopt(answer.ticket);
    },
    stay,
  );
}

function rereadTicket() {
  if (!desk.wanted) return;
  const id = desk.wanted;
  read("open", { ticket: id }, (answer) => {
    if (answer.ticket && answer.ticket.id === desk.wanted) adopt(answer.ticket);
  });
}

function adopt(ticket) {
  const before = desk.ticket?.id === ticket.id ? desk.ticket : null;
  if (before && ticket.version < before.version) return; // an answer that was overtaken
  desk.ticket = ticket;
  find("#con-work").setAttribute("aria-busy", "false");
  const confirmed = find("#con-confirm")?.checked && before?.draft?.sha256 === ticket.draft?.sha256;
  find("#con-work").dataset.open = "1";
  find("#con-head").hidden = false;
  find("#con-welcome").hidden = true;
  find("#con-draft").hidden = !ticket.html.draft;
  for (const [slot, markup] of Object.entries(ticket.html)) {
    if (fill(slot, markup)) setClocks(find(`[data-slot="${slot}"]`));
  }
  if (confirmed && find("#con-confirm")) find("#con-confirm").checked = true;
  for (const [name, count] of Object.entries(ticket.counts)) {
    find(`[data-count="${name}"]`).textContent = count ? String(count) : "";
  }
  if (!before) desk.part = "";
  editorAdopt(ticket);
  allowApprove();
  if (!before) {
    every("#con-work-scroll, #con-side-scroll").forEach((place) => (place.scrollTop = 0));
    fill("hits", "");
    find("#con-knowledge-search").value = "";
    find("#con-search-hint").hidden = false;
    side(ticket.draft ? "evidence" : "search");
    requestAnimationFrame(() => showNewest(ticket));
  } else if (ticket.seq > before.seq) {
    say("warn", text("customer_wrote", { number: ticket.number }), "stale");
    showNewest(ticket);
  }
}

// The customer's last message is what an agent reads first; the draft under it follows where there is room.
function showNewest() {
  const messages = every('#con-talk .con-entry[data-kind="customer"]');
  const last = messages[messages.length - 1];
  const scroll = find("#con-work-scroll");
  if (last && last.offsetTop > scroll.clientHeight * 0.3) scroll.scrollTop = last.offsetTop - 40;
}

function allowApprove() {
  const button = find("#con-approve");
  const box = find("#con-confirm");
  if (button && box) button.disabled = !box.checked;
}

const base = () => ({ ticket: desk.ticket.id, version: desk.ticket.version });

const does = {
  open: (from) => openTicket(from.dataset.ticket),
  fresh: () => {
    showAll();
    find("#con-queue-scroll").scrollTop = 0;
  },
  tab: (from) => {
    desk.tab = from.dataset.tab;
    every(".con-tab[data-tab]").forEach((each) => each.setAttribute("aria-pressed", String(each === from)));
    find("#con-queue").setAttribute("aria-busy", "true");
    refreshQueue(true);
  },
  claim: () => desk.ticket?.mayClaim && act("claim", base()),
  release: () => desk.ticket && act("release", base()),
  approve,
  send,
  check: () => desk.ticket && act("check", edited()),
  edit: () => openEditor(),
  revert: () => {
    takeDraft();
    say("info", text("kept_discarded"));
  },
  take: () => takeDraft(),
  keep: () => keepText(),
  discard: () => {
    takeDraft();
    say("info", text("kept_discarded"));
  },
  reject: () => desk.ticket?.draft && ask("reject"),
  level: (from) => desk.ticket?.draft && act("reject", { ...base(), reason: from.dataset.level }),
  escalate: () => ask("escalate"),
  close: () => ask("close"),
  reveal: (from) => ask("reveal", { message: from.dataset.message, token: from.dataset.token }, from),
  show: (from) => {
    desk.part = from.dataset.show;
    showPart(desk.part);
  },
  side: (from) => side(from.dataset.sideTab),
  pane: (from) => pane(from.dataset.pane),
  evidence: (from) => showEvidence(from.dataset.n),
  article: (from) => openArticle(Number(from.dataset.n)),
  cite: (from) => cite(from.dataset.passage),
  macros: () => openMacros(),
  macro: (from, event) => macroChosen(from, event),
  next: () => step(1),
  help: () => find("#con-dialog-help").showModal(),
  dismiss: (from) => from.closest("dialog").close(),
  quiet: () => {
    find("#con-say").hidden = true;
  },
  theme: () => {
    const dark = document.body.classList.toggle("dark");
    try {
      localStorage.setItem("proofdesk_theme", dark ? "dark" : "light");
    } catch {
      // Chosen for this page only.
    }
  },
};

function edited() {
  const kept = texts.get(desk.ticket.id);
  // A call takes no more, and a reply far less: what is cut off is refused by its length, and stays in the editor.
  const body = [...kept.text].slice(0, LONGEST_BODY).join("");
  return { ...base(), body, cite: kept.cites };
}

function approve() {
  const { ticket } = desk;
  if (!ticket?.mine || !ticket.draft) return;
  if (changed(texts.get(ticket.id))) {
    say("warn", text("dirty_approve"), "dirty");
    return;
  }
  const confirmed = Boolean(find("#con-confirm")?.checked);
  if (ticket.unconfirmed && !confirmed) {
    say("warn", text("confirm_first", { count: ticket.unconfirmed }), "unconfirmed");
    find("#con-confirm")?.focus();
    return;
  }
  if (!ticket.mayApprove) {
    say("warn", find("#con-actions .con-hint")?.textContent ?? "", "blocked");
    return;
  }
  act("approve", { ...base(), sha256: ticket.draft.sha256, confirmed });
}

function send() {
  const { ticket } = desk;
  if (!ticket?.mine) return;
  const kept = texts.get(ticket.id);
  if (ticket.draft && !changed(kept)) approve();
  else act("send", edited());
}

function side(name) {
  for (const part of every("[data-side]")) part.hidden = part.dataset.side !== name;
  for (const tab of every("[data-side-tab]")) tab.setAttribute("aria-pressed", String(tab.dataset.sideTab === name));
}

// Which pane is in front where not all of them fit.
function pane(name) {
  html.dataset.conPane = name;
  for (const button of every("[data-pane]")) button.setAttribute("aria-pressed", String(button.dataset.pane === name));
}

function showEvidence(n) {
  side("evidence");
  if (find("#con-side-pane").offsetParent === null) pane("side");
  light([n], "");
  const card = find(`#con-evidence-${n}`);
  if (!card) return;
  card.closest("details")?.setAttribute("open", "");
  card.scrollIntoView({ block: "nearest" });
}

// Sentence and evidence light each other up.
function light(numbers, quote) {
  for (const card of every(".con-evidence[data-n]")) {
    const lit = numbers.includes(card.dataset.n);
    card.classList.toggle("con-lit", lit);
    for (const mark of every("mark", card)) {
      mark.classList.toggle("con-lit", lit && (!quote || mark.textContent.includes(quote) || quote.includes(mark.textContent)));
    }
  }
}

function lightFrom(target) {
  const sentence = target.closest?.(".con-s[data-cites]");
  const card = target.closest?.(".con-evidence[data-n]");
  for (const each of every(".con-s[data-cites]")) {
    const cited = card && each.dataset.cites.split(" ").includes(card.dataset.n);
    each.classList.toggle("con-lit", each === sentence || Boolean(cited));
  }
  if (!sentence) {
    light(card ? [card.dataset.n] : [], "");
    return;
  }
  const numbers = sentence.dataset.cites.split(" ");
  light(numbers, sentence.dataset.quote);
  find(`#con-evidence-${numbers[0]}`)?.scrollIntoView({ block: "nearest" });
}

function openArticle(n) {
  read("article", { ticket: desk.ticket.id, mark: n }, (answer) => {
    if (!answer.article) return;
    fill("article", answer.article);
    find("#con-dialog-article").showModal();
    find("#con-dialog-article mark")?.scrollIntoView({ block: "center" });
  });
}
