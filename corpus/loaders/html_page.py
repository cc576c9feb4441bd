"""The main content of an HTML page.

Parsed by `selectolax` (Lexbor, which follows the HTML standard). What is content is decided by what the page says
(`main`, `article`, landmark roles, names of well-known blocks), not by statistics: extractors that guess, such as
trafilatura, drop short steps and table rows now and then, and a procedure that lacks a step is worse than a menu too
many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.errors import DocumentError
from corpus.loaders.source import Source

_MAX_DEPTH = 5_000
_MAX_COPIES = 5_000_000
"""Beyond these a page is made to exhaust its reader: parsing takes the square of its depth, and an unclosed `<b>` is
copied into every block that follows."""

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)")
_FORMATTING = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
)
_ENDLESS = (
    "area base br col embed hr img input link meta param source track wbr p li dt dd td th tr thead tbody tfoot option"
    " optgroup colgroup caption rp rt html head body path rect circle line polyline polygon ellipse use stop"
)
_UNNESTED = frozenset(_ENDLESS.split())
"""Elements without an end, or whose end is often left out or written `/>`."""

_DROPPED = (
    "script, style, template, noscript, nav, footer, aside, iframe, object, embed, canvas, video, audio, dialog, svg,"
    " input, select, textarea, datalist, del, s, strike, rp, rt,"
    " [hidden]:not([hidden='until-found']), [aria-hidden='true'],"
    " [role='navigation'], [role='banner'], [role='contentinfo'], [role='complementary'], [role='search'],"
    " [role='menu'], [role='menubar'], [role='dialog'], [role='alertdialog']"
)
"""What is around the content, what no reader sees, and text that is struck out: it no longer holds."""
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:breadcrumbs?|cookies?|consent|sidebar|share|social|related|comments|pagination|navbar|newsletter"
    r"|skip-?(?:link|nav|to)|table-of-contents|toc|votes?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_META_CHARSET = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset|<\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE
)
_HEAD = 4096


_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """A page: its main content without what is around it, and what it says about itself."""

    content: LexborNode
    title: str
    language: str


def read_page(source: Source, without: str = "") -> HtmlPage:
    """The page in an HTML file or a piece of HTML; `without` selects what else is no content.

    Raises:
        DocumentError: not text, or nested beyond all measure.
    """
    declared = _META_CHARSET.search(source.content[:_HEAD])
    text = source.text(declared[1].decode("ascii", "ignore") if declared else "")
    _check_nesting(text, source.name)
    page = LexborHTMLParser(text)
    body, root = page.body, page.root
    if body is None or root is None:
        raise DocumentError(f"{source.name}: empty.", hint="There is no text in it.")
    language = root.attributes.get("lang") or ""
    said = _said(page)
    outer = _heading(body)
    if without:
        _decompose(body.css(without), body)
    _drop(body)
    content = _main(body)
    # A heading outside the content may be the site's; the page's own title holds it when it is the page's.
    title = _heading(content) or (outer if outer and outer in said else said or outer)
    return HtmlPage(content, title, language)


def _check_nesting(text: str, name: str) -> None:
    depth = deepest = formatting = most = tags = 0
    for match in _TAG.finditer(text):
        tags += 1
        tag = match[2].lower()
        if tag in _UNNESTED:
            continue
        step = -1 if match[1] else 1
        depth = max(0, depth + step)
        deepest = max(deepest, depth)
        if tag in _FORMATTING:
            formatting = max(0, formatting + step)
            most = max(most, formatting)
    if deepest > _MAX_DEPTH or most * tags > _MAX_COPIES:
        raise DocumentError(f"{name}: its elements are nested too deeply.", hint="Save the page anew, or as text.")


def _said(page: LexborHTMLParser) -> str:
    """The title that the page names, without the name of the site."""
    metas = {
        (node.attributes.get("property") or node.attributes.get("name") or ""): node.attributes.get("content") or ""
        for node in page.css("meta")
    }
    title = " ".join((metas.get("og:title") or _words(page.css_first("title"))).split())
    site = " ".join(metas.get("og:site_name", "").split())
    for mark in (" | ", " – ", " — ", " - ", "_", "-"):
        head, found, last = title.rpartition(mark)
        if found and head and (last == site or mark == " | "):
            return head
    return title


def _heading(node: LexborNode) -> str:
    return next(filter(None, map(_words, node.css("h1"))), "")


def _words(node: LexborNode | None) -> str:
    return " ".join(node.text().split()) if node is not None else ""


def _main(body: LexborNode) -> LexborNode:
    """The element that holds the content: the landmark, the only article, or the body without site header and menus."""
    lengths = _lengths(body)
    content = body
    for selector, share in (("main, [role='main']", 0.0), ("[itemprop='articleBody']", 0.5), ("article", 0.5)):
        found = [node for node in content.css(selector) if lengths.get(node.mem_id)]
        if len(found) == 1 and lengths[found[0].mem_id] >= share * lengths[content.mem_id]:
            content = found[0]
    if content.tag != "body":
        return content
    _decompose([n for n in body.css("header") if not any(a.tag in {"article", "section"} for a in _ancestors(n))], body)
    _drop_link_lists(body)
    return body


def _drop(body: LexborNode) -> None:
    _decompose(body.css(_DROPPED), body)
    _decompose([n for n in body.css("[style]") if _UNSEEN.search(n.attributes.get("style") or "")], body)
    # Buttons are controls, but the question of an accordion is often one.
    _decompose([n for n in body.css("button") if not _is_heading_button(n)], body)
    lengths = _lengths(body)
    named = [
        node
        for node in body.css("[class], [id]")
        if any(_AROUND.search(node.attributes.get(key) or "") for key in ("class", "id"))
        # A layout may be called "with-sidebar": what holds most of the text is the content.
        and lengths.get(node.mem_id, 0) * 3 < lengths[body.mem_id]
        and node.tag not in _HEADINGS
    ]
    _decompose(named, body)


def _lengths(body: LexborNode) -> dict[int, int]:
    """How much text every element holds, by its id; counted in one pass, since a page may be nested deeply."""
    nodes = list(body.traverse(include_text=True))
    lengths: dict[int, int] = {body.mem_id: 0}
    for node in reversed(nodes):
        own = lengths.get(node.mem_id, 0) + len((node.text_content or "").strip() if node.is_text_node else "")
        lengths[node.mem_id] = own
        parent = node.parent
        if parent is not None and node.mem_id != body.mem_id:
            lengths[parent.mem_id] = lengths.get(parent.mem_id, 0) + own
    return lengths


def _drop_link_lists(body: LexborNode) -> None:
    """Menus that are not called so: lists of nothing but links."""
    for node in list(body.css("ul, ol")):
        links = node.css("a")
        linked = sum(len(_words(link)) for link in links)
        if len(links) > 2 and linked >= 0.9 * len(_words(node)):
            _decompose([node], body)


def _is_heading_button(node: LexborNode) -> bool:
    return "aria-expanded" in node.attributes or any(a.tag in {*_HEADINGS, "summary", "dt"} for a in _ancestors(node))


def _decompose(nodes: list[LexborNode], root: LexborNode) -> None:
    """Takes nodes out of the tree below `root`."""
    doomed = {node.mem_id for node in nodes} - {root.mem_id}
    outermost = [
        node
        for node in nodes
        if node.mem_id in doomed and not any(ancestor.mem_id in doomed for ancestor in _ancestors(node))
    ]
    for node in outermost:  # those inside are gone with them, and must not be touched any more
        node.decompose()


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent
