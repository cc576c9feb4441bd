// Differences by character (code points): words are of no use in Chinese. Myers' O(ND) algorithm on what is left after
// the common ends are cut off; texts that differ too much are shown as replaced, which is what they are.
const MOST_CHANGES = 800;

function diff(before, after) {
  const a = [...before];
  const b = [...after];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const middle = shortest(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return whole(joined([["=", a.slice(0, head).join("")], ...middle, ["=", a.slice(a.length - tail).join("")]]));
}

// A single character that happens to be in both, between two changes, is part of the change to whoever reads it.
function whole(pieces) {
  const alone = ([kind, words], place) => kind === "=" && place && place < pieces.length - 1 && [...words].length < 2;
  return joined(pieces.flatMap((piece, place) => (alone(piece, place) ? [["-", piece[1]], ["+", piece[1]]] : [piece])));
}

function shortest(a, b) {
  if (!a.length || !b.length) return [["-", a.join("")], ["+", b.join("")]];
  const limit = Math.min(a.length + b.length, MOST_CHANGES);
  const trail = [];
  let far = new Map([[1, 0]]);
  for (let d = 0; d <= limit; d += 1) {
    trail.push(new Map(far));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (far.get(k - 1) ?? -1) < (far.get(k + 1) ?? -1));
      let x = down ? far.get(k + 1) : far.get(k - 1) + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x += 1;
        y += 1;
      }
      far.set(k, x);
      if (x >= a.length && y >= b.length) return walkBack(a, b, trail, d);
    }
  }
  return [["-", a.join("")], ["+", b.join("")]];
}

function walkBack(a, b, trail, last) {
  const steps = [];
  let x = a.length;
  let y = b.length;
  for (let d = last; d >= 0; d -= 1) {
    const far = trail[d];
    const k = x - y;
    const down = k === -d || (k !== d && (far.get(k - 1) ?? -1) < (far.get(k + 1) ?? -1));
    const before = down ? k + 1 : k - 1;
    const startX = d ? far.get(before) : 0;
    const startY = d ? startX - before : 0;
    while (x > startX && y > startY) {
      x -= 1;
      y -= 1;
      steps.push(["=", a[x]]);
    }
    if (d) {
      steps.push(down ? ["+", b[y - 1]] : ["-", a[x - 1]]);
      x = startX;
      y = startY;
    }
  }
  return steps.reverse();
}

// One piece for each run; within a change what was taken out comes first.
function joined(steps) {
  const pieces = [];
  let out = "";
  let put = "";
  const flush = () => {
    if (out) pieces.push(["-", out]);
    if (put) pieces.push(["+", put]);
    out = put = "";
  };
  for (const [kind, words] of steps) {
    if (!words) continue;
    if (kind === "-") out += words;
    else if (kind === "+") put += words;
    else {
      flush();
      if (pieces.length && pieces[pieces.length - 1][0] === "=") pieces[pieces.length - 1][1] += words;
      else pieces.push(["=", words]);
    }
  }
  flush();
  return pieces;
}

function showPieces(place, pieces) {
  const parts = pieces.map(([kind, words]) => {
    const node = document.createElement(kind === "=" ? "span" : kind === "+" ? "ins" : "del");
    node.textContent = words;
    return node;
  });
  place.replaceChildren(...parts);
}
