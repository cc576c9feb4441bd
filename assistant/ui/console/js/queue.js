// The queue. Lines that are on screen change in place; new ones, and a new order, wait behind a bar.
let queueNow = null;
const lines = new Map(); // ticket -> its <li>

function refreshQueue(force = false) {
  const fields = { tab: desk.tab, search: desk.search };
  read("queue", fields, (answer) => answer.queue && showQueue(answer.queue, force));
}

function showQueue(queue, force) {
  const other = !queueNow || queueNow.tab !== queue.tab || queueNow.search !== queue.search;
  queueNow = queue;
  fill("tabs", queue.tabs);
  document.title = `${queue.open ? `(${queue.open}) ` : ""}${text("title")}`;
  if (force || other || !lines.size) showAll();
  else merge();
  find("#con-queue").setAttribute("aria-busy", "false");
  tick(find("#con-list"));
}

function showAll() {
  const list = find("#con-list");
  const wanted = queueNow.items.map((item) => {
    const line = lines.get(item.id) ?? newLine(item);
    setLine(line, item);
    return line;
  });
  lines.clear();
  queueNow.items.forEach((item, place) => lines.set(item.id, wanted[place]));
  list.replaceChildren(...wanted);
  find("#con-queue-empty").innerHTML = queueNow.items.length ? "" : queueNow.empty;
  find("#con-new").hidden = true;
  markCurrent();
  tick(list);
}

function merge() {
  const now = new Map(queueNow.items.map((item) => [item.id, item]));
  let moved = false;
  for (const [id, line] of lines) {
    const item = now.get(id);
    if (item) setLine(line, item);
    else {
      goneLine(line);
      moved = true;
    }
  }
  const fresh = queueNow.items.filter((item) => !lines.has(item.id));
  const kept = queueNow.items.filter((item) => lines.has(item.id)).map((item) => item.id);
  const before = [...lines.keys()].filter((id) => now.has(id));
  moved ||= kept.some((id, place) => id !== before[place]);
  const bar = find("#con-new");
  const urgent = fresh.filter((item) => item.urgency === "emergency").length;
  bar.hidden = !fresh.length && !moved;
  bar.dataset.urgent = urgent ? "1" : "0";
  if (urgent) bar.textContent = text("new_urgent", { count: urgent });
  else if (fresh.length) bar.textContent = text(fresh.length === 1 ? "new_one" : "new_many", { count: fresh.length });
  else bar.textContent = text("moved");
}

function newLine(item) {
  const line = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "con-line";
  button.dataset.act = "open";
  button.dataset.ticket = item.id;
  line.append(button);
  return line;
}

function setLine(line, item) {
  const button = line.firstElementChild;
  if (line.dataset.markup !== item.html) {
    line.dataset.markup = item.html;
    button.innerHTML = item.html;
  }
  button.dataset.urgency = item.urgency;
  button.dataset.overdue = item.overdue ? "1" : "0";
  button.dataset.open = item.open ? "1" : "0";
  line.classList.remove("con-gone");
}

// What it said of its state was so as long as it was in the list.
function goneLine(line) {
  line.classList.add("con-gone");
  find(".con-line-state", line).textContent = text("gone");
  delete line.dataset.markup;
}

function markCurrent() {
  for (const [id, line] of lines) {
    if (id === desk.wanted) line.firstElementChild.setAttribute("aria-current", "true");
    else line.firstElementChild.removeAttribute("aria-current");
  }
}

function step(by) {
  const order = [...lines.entries()].filter(([id, line]) => id === desk.wanted || !line.classList.contains("con-gone"));
  if (!order.length) return;
  const place = order.findIndex(([id]) => id === desk.wanted);
  const next = place < 0 ? (by > 0 ? 0 : order.length - 1) : place + by;
  if (next < 0 || next >= order.length) {
    say("info", text("no_more"));
    return;
  }
  order[next][1].scrollIntoView({ block: "nearest" });
  openTicket(order[next][0]);
}
