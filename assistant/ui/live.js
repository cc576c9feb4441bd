// Runs as js_on_load of a gr.HTML component: `element`, `trigger` and `props` are Gradio's.
// One connection per browser and URL: browsers open six per host, and a stream keeps one for as long as a tab is open.
// The tab that holds the lock has the stream and tells the others; when it goes, the next one gets the lock.
(() => {
  const url = props.url;
  const mark = element.querySelector("[data-on]");
  const name = "proofdesk:" + url;
  const shared = Boolean(navigator.locks && window.BroadcastChannel);
  const channel = shared ? new BroadcastChannel(name) : null;
  const GRACE_MS = 2000; // a connection that is back within it was never shown as lost
  const HINT_MS = 250; // at most four reads a second
  const SILENCE_MS = 50000; // the server shows a sign of life every 20 s
  const LONGEST_WAIT_MS = 30000;

  let state = "new"; // new | on | off | expired
  let source = null; // the stream, if this tab has it
  let release = null; // gives the lock back
  let waiting = null; // aborts the request for the lock
  let heard = Date.now();
  let failures = 0;
  let hintTimer = 0;
  let lostTimer = 0;
  let retryTimer = 0;
  let lastHint = 0;

  function show(next) {
    if (state === next) return;
    state = next;
    mark.dataset.on = next === "on" ? "1" : "0";
    document.documentElement.dataset.live = next;
    const event = { on: "online", off: "offline", expired: "expired" }[next];
    window.dispatchEvent(new CustomEvent("proofdesk:" + event, { detail: { url } }));
  }

  function hint() {
    if (hintTimer || state === "expired") return;
    hintTimer = setTimeout(() => {
      hintTimer = 0;
      lastHint = Date.now();
      trigger("input");
    }, Math.max(0, lastHint + HINT_MS - Date.now()));
  }

  // What the stream says, in the tab that has it and, by the channel, in the others.
  function hear(kind) {
    heard = Date.now();
    if (kind === "lost") {
      if (!lostTimer && state !== "expired") lostTimer = setTimeout(() => show("off"), GRACE_MS);
      return;
    }
    clearTimeout(lostTimer);
    lostTimer = 0;
    if (kind === "expired") {
      leave();
      show("expired");
      return;
    }
    const was = state;
    if (was === "expired") join(false); // another tab has logged in again
    show("on");
    if (kind === "changed" || kind === "ready" || was !== "on") hint();
  }

  function tell(kind) {
    if (channel) channel.postMessage(kind);
    hear(kind);
  }

  function open() {
    close();
    source = new EventSource(url);
    for (const kind of ["ready", "changed", "beat", "expired"]) {
      source.addEventListener(kind, () => {
        failures = 0;
        tell(kind);
      });
    }
    source.onerror = () => {
      tell("lost");
      // The browser comes back by itself unless the server refused.
      if (source && source.readyState === EventSource.CLOSED) refused();
    };
  }

  function close() {
    clearTimeout(retryTimer);
    if (source) source.close();
    source = null;
  }

  // EventSource does not say why it was refused; a plain request does.
  async function refused() {
    close();
    const stop = new AbortController();
    let status = 0;
    try {
      status = (await fetch(url, { signal: stop.signal, cache: "no-store" })).status;
    } catch {
      status = 0;
    }
    stop.abort();
    if (status === 401 || status === 403) {
      tell("expired");
      return;
    }
    failures += 1;
    retryTimer = setTimeout(open, Math.min(LONGEST_WAIT_MS, 1000 * 2 ** failures));
  }

  function join(steal) {
    if (!shared) {
      open();
      return;
    }
    if (waiting) waiting.abort();
    waiting = new AbortController();
    const held = () =>
      new Promise((done) => {
        release = done;
        open();
      });
    const request = steal
      ? navigator.locks.request(name, { steal: true }, held)
      : navigator.locks.request(name, { signal: waiting.signal }, held);
    // Aborted while waiting, or taken by a tab that heard nothing of this one: from now on that one has the stream.
    request.catch((error) => {
      if (error.name !== "AbortError" || !release) return;
      release = null;
      close();
      join(false);
    });
    channel.postMessage("who");
  }

  function leave() {
    close();
    if (waiting) waiting.abort();
    waiting = null;
    if (release) release();
    release = null;
  }

  if (channel) {
    channel.onmessage = ({ data }) => {
      if (data === "who") {
        if (source && state === "on") channel.postMessage("beat");
      } else if (!source || data === "expired") {
        hear(data);
      }
    };
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    if (state === "expired") {
      state = "off"; // perhaps another tab has logged in meanwhile
      join(false);
    } else {
      hint();
    }
  });

  // A frozen tab keeps the lock, and a network that went away ends no connection: silence is the only sign.
  setInterval(() => {
    if (state === "expired" || document.visibilityState !== "visible" || Date.now() - heard < SILENCE_MS) return;
    heard = Date.now();
    show("off");
    if (source || !shared) open();
    else join(true);
  }, 5000);

  setTimeout(() => {
    if (state === "new") show("off");
  }, 2 * GRACE_MS);

  join(false);
})();
