// Citation marks in a text that outlives its draft: [2] must go on meaning the passage that it meant when it was written.
const MARK = /\[(\d{1,3})\]/g;

function marksOf(ticket) {
  return Object.fromEntries(ticket.draft ? ticket.draft.evidence : []);
}

// The text and its cited passages, renumbered for the evidence of another draft. A passage that the new draft does not
// have is cited by the agent from now on; a mark that never meant anything stays as it is.
function renumbered(kept, ticket) {
  const old = { ...kept.marks };
  kept.cites.forEach((id, place) => {
    old[kept.first + place] = id;
  });
  const now = new Map(ticket.draft ? ticket.draft.evidence.map(([n, id]) => [id, n]) : []);
  const first = firstFree(ticket);
  const cites = [];
  const words = kept.text.replace(MARK, (whole, n) => {
    const id = old[Number(n)];
    if (!id) return whole;
    if (now.has(id)) return `[${now.get(id)}]`;
    if (!cites.includes(id)) cites.push(id);
    return `[${first + cites.indexOf(id)}]`;
  });
  return { text: words, cites, first, marks: marksOf(ticket) };
}

function firstFree(ticket) {
  return Math.max(0, ...(ticket.draft ? ticket.draft.evidence.map(([n]) => n) : [])) + 1;
}

// The number of a passage in the text under edit; a passage that is new is remembered.
function numberFor(kept, id) {
  for (const [n, known] of Object.entries(kept.marks)) if (known === id) return Number(n);
  if (!kept.cites.includes(id)) kept.cites.push(id);
  return kept.first + kept.cites.indexOf(id);
}
