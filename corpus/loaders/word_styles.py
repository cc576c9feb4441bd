"""What the styles and lists of a Word document make of a paragraph: a heading, a list item, or just text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.loaders.word_text import attribute, child, children, local

if TYPE_CHECKING:
    from docx.opc.part import Part
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

_HEADING = re.compile(r"(?:heading|标题|標題|見出し)\s*([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"toc\s*(?:\d|heading)", re.IGNORECASE)
_DEEPEST = 10
"""How many styles a style may be based on, one on another; more is a loop."""
_BODY_LEVEL = 9
"""The outline level that stands for body text."""


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """What a paragraph is.

    Attributes:
        level: of the heading, from 1; `None` = it is none.
        list_id: the list that it is an item of; `""` = none.
        depth: of the item in its list, from 0.
    """

    level: int | None = None
    is_title: bool = False
    is_contents: bool = False
    list_id: str = ""
    depth: int = 0


class Styles:
    """The styles of a document.

    Args:
        root: the styles part's root.
    """

    def __init__(self, root: Element) -> None:
        self._styles = {attribute(style, "styleId"): style for style in children(root) if local(style) == "style"}
        self._known: dict[str, ParagraphStyle] = {}

    def of(self, paragraph: Element) -> ParagraphStyle:
        """What a paragraph is by its style and its own properties."""
        properties = child(paragraph, "pPr")
        if properties is None:
            return ParagraphStyle()
        found = self._named(attribute(child(properties, "pStyle"), "val"), _DEEPEST)
        return _with(found, properties)

    def _named(self, style_id: str, left: int) -> ParagraphStyle:
        if style_id not in self._known:
            style = self._styles.get(style_id)
            if style is None or not left:
                return ParagraphStyle()
            found = self._named(attribute(child(style, "basedOn"), "val"), left - 1)
            name = attribute(child(style, "name"), "val")
            found = replace(
                found,
                is_title=found.is_title or name.lower() in {"title", "标题", "標題"},
                is_contents=found.is_contents or bool(_CONTENTS.match(name)),
            )
            if heading := _HEADING.fullmatch(name):
                found = replace(found, level=int(heading[1]), is_title=False)
            properties = child(style, "pPr")
            self._known[style_id] = _with(found, properties) if properties is not None else found
        return self._known[style_id]


class Lists:
    """The lists of a document.

    Args:
        part: the main part of the document.
    """

    def __init__(self, part: Part) -> None:
        self._levels: dict[str, dict[int, tuple[str, int]]] = {}
        for relation in part.rels.values():
            if not relation.is_external and relation.reltype.endswith("/numbering"):
                self._read(relation.target_part.blob)

    def is_ordered(self, list_id: str, depth: int) -> bool:
        """Whether the items have numbers or letters; an unknown list has."""
        return self._levels.get(list_id, {}).get(depth, ("decimal", 1))[0] not in {"bullet", "none"}

    def start(self, list_id: str) -> int:
        """The number of the first item."""
        return self._levels.get(list_id, {}).get(0, ("decimal", 1))[1]

    def _read(self, content: bytes) -> None:
        from docx.oxml import parse_xml

        root = parse_xml(content)
        abstract = {
            attribute(item, "abstractNumId"): {
                _number(attribute(level, "ilvl")): (
                    attribute(child(level, "numFmt"), "val") or "decimal",
                    _number(attribute(child(level, "start"), "val") or "1"),
                )
                for level in children(item)
                if local(level) == "lvl"
            }
            for item in children(root)
            if local(item) == "abstractNum"
        }
        for item in children(root):
            if local(item) == "num":
                levels = dict(abstract.get(attribute(child(item, "abstractNumId"), "val"), {}))
                override = child(item, "lvlOverride", "startOverride")
                if override is not None and 0 in levels:
                    levels[0] = (levels[0][0], _number(attribute(override, "val")))
                self._levels[attribute(item, "numId")] = levels


def _with(style: ParagraphStyle, properties: Element) -> ParagraphStyle:
    """The style with what the properties of a paragraph, or of a style, say."""
    level = attribute(child(properties, "outlineLvl"), "val")
    if level:
        style = replace(style, level=_number(level) + 1 if _number(level) < _BODY_LEVEL else None)
    numbering = child(properties, "numPr")
    if numbering is not None:
        list_id = attribute(child(numbering, "numId"), "val") or style.list_id
        depth = attribute(child(numbering, "ilvl"), "val")
        style = replace(
            style, list_id="" if list_id == "0" else list_id, depth=_number(depth) if depth else style.depth
        )
    return style


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 0
