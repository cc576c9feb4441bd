// Background work, the check of the basket and its report.
const POLL_MS = 1000;
const work = { job: "", kind: "", checked: "", report: "" };
let pollTimer = 0;

const running = () => [...files.filter((entry) => entry.state === "reading").map((entry) => entry.job), ...(work.job ? [work.job] : [])];

function pollSoon(ms = POLL_MS) {
  clearTimeout(pollTimer);
  if (running().length) pollTimer = setTimeout(poll, ms);
}

function poll() {
  const jobs = running().slice(0, 50);
  if (!jobs.length) return;
  read("jobs", { jobs }, (answer) => {
    showUploads(answer.jobs);
    const job = answer.jobs[work.job];
    if (job) fill("progress", job.html);
    if (job && job.state !== "running") workDone(job);
    pollSoon();
  }, () => pollSoon(5 * POLL_MS));
}

async function check() {
  const checked = JSON.stringify(basket);
  const answer = await act("check", { changes: basket });
  if (!answer) return;
  Object.assign(work, { job: answer.job, kind: "check", checked, report: "" });
  keep("work", work);
  basketChanged();
  pollSoon(100);
}

async function publish(reason = "") {
  if (!work.report) return null;
  const answer = await act("publish", { id: work.report, reason });
  if (!answer) return null;
  Object.assign(work, { job: answer.job, kind: "publish" });
  keep("work", work);
  basketChanged();
  pollSoon(100);
  return answer;
}

function workDone(job) {
  const { kind, job: id } = work;
  work.job = "";
  if (kind === "check" && job.state === "done") showReport(id);
  if (kind === "publish" && job.state === "done") {
    const sent = JSON.parse(work.checked || "[]");
    basket = basket.filter((each) => !sent.some((other) => JSON.stringify(other) === JSON.stringify(each)));
    Object.assign(work, { checked: "", report: "" });
    fill("report", "");
    fill("progress", "");
    say("ok", text("saved_day", { count: sent.length }));
    knowledgeChanged();
  }
  keep("work", work);
  basketChanged();
}

function showReport(id) {
  read("impact", { id }, (answer) => {
    work.report = answer.report;
    keep("work", work);
    outdated();
  }, () => {
    Object.assign(work, { report: "", checked: "" });
    keep("work", work);
  });
}

// A report is of exactly the changes that were checked.
function outdated() {
  const bar = find("#kno-outdated");
  if (!bar) return;
  const old = work.checked !== JSON.stringify(basket);
  bar.hidden = !old;
  for (const button of every("#kno-publish button")) button.disabled = old || Boolean(work.job);
}

// After a reload the check goes on where it was.
function resume() {
  Object.assign(work, kept("work", {}));
  if (work.job) pollSoon(100);
  else if (work.report) showReport(work.report);
}
