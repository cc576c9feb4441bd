"""What can be measured of how a page looks: contrast, names of controls, its frame."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Page, TimeoutError  # noqa: A004

# Relative luminance and contrast as WCAG 2.2 defines them, over the nearest backgrounds, translucent ones blended.
# Text that nobody sees is left out: hidden, of no size, clipped away, or of a control that cannot be used (1.4.3).
CONTRAST = """
(root) => {
  const rgb = (text) => { const [r, g, b, a] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a ?? 1]; };
  const light = (c) => { const s = c / 255; return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; };
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const background = (node) => {
    const layers = [];
    for (let n = node; n; n = n.parentElement) {
      const c = rgb(getComputedStyle(n).backgroundColor);
      if (c[3] > 0) layers.push(c);
      if (c[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const seen = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && node.getBoundingClientRect().width > 1 && !node.closest(':disabled, [aria-disabled="true"]');
  // How much of a text an `opacity` lets through, up to the first background that is its own.
  const strength = (node) => {
    let all = 1;
    for (let n = node; n; n = n.parentElement) {
      const style = getComputedStyle(n);
      if (rgb(style.backgroundColor)[3] === 1) break;
      all *= Number(style.opacity);
    }
    return all;
  };
  const ratio = (color, node) => {
    const below = background(node);
    const [r, g, b_, alpha] = rgb(color);
    const text = over([r, g, b_, alpha * strength(node)], below);
    const [a, b] = [luminance(text), luminance(below)].sort((x, y) => y - x);
    return Math.round(100 * (a + 0.05) / (b + 0.05)) / 100;
  };
  const texts = [...document.querySelectorAll(root + ' *')].filter(
    (node) => seen(node) && [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()));
  const hints = [...document.querySelectorAll(root + ' :is(input, textarea):placeholder-shown')].filter(seen);
  return [
    ...texts.map((node) => [ratio(getComputedStyle(node).color, node), node.textContent.trim().slice(0, 40)]),
    ...hints.map((node) => [ratio(getComputedStyle(node, '::placeholder').color, node), node.placeholder]),
  ];
}
"""
# Controls that somebody can see or reach and that say nothing to a screen reader.
UNNAMED = """
() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"], dialog[open]')]
  .filter((node) => node.checkVisibility() && node.type !== 'hidden')
  .filter((node) => {
    const told = (nodes) => [...nodes].map((each) => each?.textContent ?? '').join('');
    const ids = (node.getAttribute('aria-labelledby') || '').split(' ');
    const by = told(ids.map((id) => document.getElementById(id)));
    const label = node.getAttribute('aria-label') || by || told(node.labels ?? []);
    const own = node.matches('input, select, textarea') ? '' : node.textContent;
    return !(label || own || node.title).trim();
  })
  .map((node) => node.outerHTML.slice(0, 120))
"""
FRAME = """
() => ({
  lang: document.documentElement.lang,
  h1: [...document.querySelectorAll('h1')].filter((node) => node.checkVisibility()).length,
  main: document.querySelectorAll('main').length,
  wide: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - window.innerWidth,
  outside: [...document.querySelectorAll('body *')].filter((node) => {
    const box = node.getBoundingClientRect();
    if (!box.width || !node.checkVisibility() || node.closest('.con-sr, .cust-sr')) return false;
    for (let n = node.parentElement; n; n = n.parentElement)
      if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(n).overflowX)) return false;
    return box.right > window.innerWidth + 1 || box.left < -1;
  }).map((node) => node.outerHTML.slice(0, 100)),
})
"""


def check_looks(page: Page, *, lang: str, root: str = "body", least: int = 5) -> None:
    """One heading, the right language, nothing beside the window, names on all controls, contrast of 4.5 at least."""
    frame = page.evaluate(FRAME)
    assert frame == {"lang": lang, "h1": 1, "main": 1, "wide": frame["wide"], "outside": []}
    assert frame["wide"] <= 0
    assert page.evaluate(UNNAMED) == []
    with suppress(TimeoutError):  # a page that has just been loaded may still be changing its colours
        page.wait_for_function(
            f"(root) => ({CONTRAST})(root).every(([ratio]) => ratio >= 4.5)", arg=root, timeout=3_000
        )
    contrasts = page.evaluate(CONTRAST, root)
    assert len(contrasts) >= least
    assert sorted((ratio, text) for ratio, text in contrasts if ratio < 4.5) == []
