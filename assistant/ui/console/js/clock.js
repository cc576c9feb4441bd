// Times as the reader's clock shows them. Waiting times count by the server's clock: agents' own may be wrong.
let skew = 0;
let clockFormat = null;
let dayFormat = null;

function clockIs(now) {
  skew = Date.parse(now) - Date.now();
}

function speak(locale) {
  clockFormat = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  dayFormat = new Intl.DateTimeFormat(locale, {
    month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
}

function tick(from = document) {
  const now = Date.now() + skew;
  for (const time of every(".con-tick", from)) {
    const since = time.dataset.since;
    const seconds = Math.floor((since ? now - Date.parse(since) : Date.parse(time.dataset.due) - now) / 1000);
    const words = `${!since && seconds < 0 ? "−" : ""}${duration(Math.abs(since ? Math.max(0, seconds) : seconds))}`;
    if (time.textContent !== words) time.textContent = words;
  }
}

function duration(seconds) {
  const two = (value) => String(value).padStart(2, "0");
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (days) return text("waiting_days", { days, hours });
  if (hours) return `${hours}:${two(minutes)}:${two(seconds % 60)}`;
  return `${two(minutes)}:${two(seconds % 60)}`;
}

function setClocks(from = document) {
  const today = new Date(Date.now() + skew).toDateString();
  for (const time of every(".con-at", from)) {
    const at = new Date(time.getAttribute("datetime"));
    time.textContent = (at.toDateString() === today ? clockFormat : dayFormat).format(at);
    time.title = at.toLocaleString(desk.locale);
  }
  tick(from);
}
