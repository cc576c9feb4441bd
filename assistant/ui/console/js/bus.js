// Reads are one at a time for each port, the latest wins; while an action is under way no other starts.
const PREFIX = "con";
const desk = { texts: {}, user: "", locale: "en", tab: "open", search: "", ticket: null, part: "", wanted: "", busy: false, renewMs: 60000 };
const reading = new Map(); // port -> the read that comes after the one under way
const ANSWER_MS = 30000;

async function read(port, fields, then, failed) {
  if (reading.has(port)) {
    reading.set(port, { fields, then, failed });
    return;
  }
  reading.set(port, null);
  let next = { fields, then, failed };
  while (next) {
    const answer = await call(port, next.fields);
    const after = reading.get(port);
    if (!answer) next.failed?.();
    if (answer && !after) {
      clockIs(answer.now);
      if (answer.say) say(answer.say.tone, answer.say.text, answer.say.code);
      next.then(answer);
    }
    reading.set(port, null);
    next = after;
  }
  reading.delete(port);
}

async function act(port, fields) {
  if (desk.busy || desk.wanted !== desk.ticket?.id) { // or the next ticket is still on its way
    say("info", text("busy"));
    return null;
  }
  desk.busy = true;
  html.dataset.conBusy = port;
  const answer = await call(port, fields);
  desk.busy = false;
  delete html.dataset.conBusy;
  if (!answer) return null;
  clockIs(answer.now);
  if (answer.say) say(answer.say.tone, answer.say.text, answer.say.code);
  if (answer.ticket && answer.ticket.id === desk.wanted) adopt(answer.ticket);
  if (html.dataset.live !== "on") refreshQueue();
  return answer;
}

// Puts HTML that the server rendered into a slot, if it is other than what is there; the focus stays where it was.
const shown = new Map();
function fill(slot, markup) {
  if (shown.get(slot) === markup) return false;
  shown.set(slot, markup);
  const place = find(`[data-slot="${slot}"]`);
  const focus = place.contains(document.activeElement) ? document.activeElement.id : "";
  place.innerHTML = markup;
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  return true;
}
