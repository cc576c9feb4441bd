// One request after the other: answers come in the order of their questions, and none overtakes another. A request that
// fails is told to its caller. Gradio would show an English toast instead and, once a connection breaks, ask a closed
// route every two seconds for ever (or reload the page and lose what was being written): so it never hears of a break.
const calls = (() => {
  const LONGEST_MS = 20000;
  const waiting = [];
  const session = Math.random().toString(36).slice(2, 10);
  let running = null;
  let count = 0;

  class CallError extends Error {
    constructor(kind) {
      super(kind);
      this.kind = kind; // "offline": no answer came; "fault": the server refused or broke
    }
  }

  function next() {
    if (running || !waiting.length) return;
    running = waiting.shift();
    running.id = session + "-" + (count += 1);
    running.timer = setTimeout(() => finish(running.id, new CallError("offline")), LONGEST_MS);
    trigger(running.name, { id: running.id, zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC", ...running.data });
  }

  function finish(id, outcome) {
    if (!running || running.id !== id) return;
    const { resolve, reject, timer } = running;
    clearTimeout(timer);
    running = null;
    if (outcome instanceof CallError) reject(outcome);
    else resolve(outcome);
    next();
  }

  const plainFetch = window.fetch;
  window.fetch = async (input, init) => {
    const url = String(input && input.url ? input.url : input);
    if (!url.includes("/gradio_api/run/") || !running) return plainFetch(input, init);
    const id = running.id;
    const mine = typeof init?.body === "string" && init.body.includes(id);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), LONGEST_MS);
    try {
      const answer = await plainFetch(input, { ...init, signal: stop.signal });
      if (mine && !answer.ok) finish(id, new CallError("fault"));
      return answer;
    } catch {
      if (mine) finish(id, new CallError("offline"));
      return new Response('{"error": "offline"}', { status: 503, headers: { "content-type": "application/json" } });
    } finally {
      clearTimeout(timer);
    }
  };

  watch("value", () => {
    if (props.value && props.value.id) finish(props.value.id, props.value);
  });

  return {
    // Resolves with the answer; rejects with a CallError.
    ask: (name, data = {}) =>
      new Promise((resolve, reject) => {
        waiting.push({ name, data, resolve, reject });
        next();
      }),
    isWaiting: (name) => waiting.some((call) => call.name === name),
  };
})();
