// Files go up one after the other; what the desk makes of each comes as the result of a job.
const files = []; // { file, state: waiting | sending | reading | done | failed, job, drafts, failed, line }
let sending = false;

function addFiles(list) {
  for (const file of list) {
    const line = document.createElement("li");
    line.className = "kno-upload";
    line.innerHTML = '<div class="kno-upload-head"><span class="kno-file"></span><span class="kno-soft"></span></div>'
      + '<progress max="1" value="0"></progress><div class="kno-result"></div>';
    find(".kno-file", line).textContent = file.name;
    find("progress", line).setAttribute("aria-label", file.name);
    find("#kno-uploads").prepend(line);
    const entry = { file, state: "waiting", job: "", drafts: [], failed: 0, line };
    files.push(entry);
    setState(entry, "waiting");
    if (file.size > desk.limit) refuse(entry, text("upload_too_large"));
  }
  sendNext();
}

function setState(entry, state) {
  entry.state = state;
  entry.line.dataset.state = state;
  find(".kno-upload-head .kno-soft", entry.line).textContent = ["waiting", "sending", "reading"].includes(state)
    ? text(`upload_${state}`) : "";
  find("progress", entry.line).hidden = state === "done" || state === "failed";
  const done = files.filter((each) => each.state === "done" || each.state === "failed").length;
  const failures = files.reduce((sum, each) => sum + each.failed, 0);
  find("#kno-upload-totals").textContent = files.length
    ? text("upload_totals", { done, count: files.length, failed: failures }) : "";
  count("upload", files.length - done);
}

function refuse(entry, words) {
  const place = find(".kno-result", entry.line);
  place.className = "kno-result kno-bad";
  place.textContent = words;
  entry.failed = 1;
  setState(entry, "failed");
}

function sendNext() {
  const entry = sending ? null : files.find((each) => each.state === "waiting");
  if (!entry) return;
  sending = true;
  setState(entry, "sending");
  const request = new XMLHttpRequest();
  const bar = find("progress", entry.line);
  request.upload.onprogress = (event) => {
    if (event.lengthComputable && event.total) bar.value = event.loaded / event.total;
  };
  request.onloadend = () => {
    sending = false;
    uploaded(entry, request);
    entry.file = { name: entry.file.name }; // the content may go
    sendNext();
  };
  request.open("POST", `/knowledge/upload?name=${encodeURIComponent(entry.file.name)}`);
  request.setRequestHeader("content-type", "application/octet-stream");
  request.send(entry.file);
}

function uploaded(entry, request) {
  let answer = {};
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    answer = {};
  }
  if (request.status === 202 && answer.job) {
    entry.job = answer.job;
    find("progress", entry.line).removeAttribute("value");
    setState(entry, "reading");
    pollSoon();
    return;
  }
  if (request.status === 401) expired();
  refuse(entry, answer.text ?? text(request.status === 413 ? "upload_too_large" : "upload_failed"));
}

function showUploads(jobs) {
  for (const entry of files) {
    const job = entry.state === "reading" ? jobs[entry.job] : null;
    if (!job) continue;
    const place = find(".kno-result", entry.line);
    if (place.innerHTML !== job.html) place.innerHTML = job.html;
    entry.drafts = job.drafts;
    entry.failed = job.failed;
    if (job.state === "running") continue;
    setState(entry, job.state === "failed" || (job.failed && !job.drafts.length) ? "failed" : "done");
    knowledgeChanged();
  }
}

function stageUploads() {
  const drafts = files.flatMap((entry) => entry.drafts);
  if (drafts.every((draft) => stage(publishOf(draft), true)) && drafts.length) say("ok", text("staged", { count: basket.length }));
}

function clearUploads() {
  for (const entry of [...files]) {
    if (entry.state !== "done" && entry.state !== "failed") continue;
    entry.line.remove();
    files.splice(files.indexOf(entry), 1);
  }
  find("#kno-upload-totals").textContent = "";
}
