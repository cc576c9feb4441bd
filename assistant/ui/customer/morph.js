// Makes a part of the page equal to new HTML and touches only what differs: focus, selection, scrolling and open forms
// stay. `data-key` tells nodes apart among their siblings. `data-own` lists what the browser owns on a node: attributes,
// or `children`; those are set when the node comes in and left alone afterwards.
const morph = (() => {
  const owned = (node) => (node.getAttribute("data-own") || "").split(" ");
  const keyOf = (node) => (node.nodeType === 1 ? node.getAttribute("data-key") || node.id || "" : "");
  const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

  function attributes(from, to, own) {
    for (const { name } of [...from.attributes]) {
      if (!to.hasAttribute(name) && !own.includes(name) && name !== "class") from.removeAttribute(name);
    }
    for (const { name, value } of [...to.attributes]) {
      if (!own.includes(name) && from.getAttribute(name) !== value) from.setAttribute(name, value);
    }
  }

  function one(from, to, fresh) {
    if (from.nodeType !== 1) {
      if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
      return;
    }
    const own = owned(to);
    attributes(from, to, own);
    if (!own.includes("children")) children(from, to, fresh);
  }

  function children(from, to, fresh) {
    let next = from.firstChild;
    for (const wanted of [...to.childNodes]) {
      let match = next;
      // What lies between goes: a node without a key is not looked for behind one that has a key.
      while (match && !alike(match, wanted)) match = keyOf(match) && !keyOf(wanted) ? null : match.nextSibling;
      if (match) {
        while (next !== match) {
          const gone = next;
          next = next.nextSibling;
          gone.remove();
        }
        next = match.nextSibling;
        one(match, wanted, fresh);
      } else {
        from.insertBefore(wanted, next);
        if (wanted.nodeType === 1) fresh.push(wanted);
      }
    }
    while (next) {
      const gone = next;
      next = next.nextSibling;
      gone.remove();
    }
  }

  // Returns the elements that are new.
  return (root, html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    const fresh = [];
    children(root, template.content, fresh);
    return fresh;
  };
})();
