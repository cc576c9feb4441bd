"""The words of a Word document's paragraphs: what a reader sees, and nothing that was deleted, hidden or struck out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.loaders.plain import SUPERSCRIPT, linked

if TYPE_CHECKING:
    from docx.opc.part import Part
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

_GONE = frozenset({"del", "moveFrom", "rPr", "pPr", "sdtPr", "sdtEndPr", "Fallback", "txbxContent", "rt"})
_WITHOUT = ("vanish", "strike", "dstrike", "webHidden")
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_MOST_COLUMNS = 1_000


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element) -> Iterator[Element]:
    """The elements inside an element, comments and processing instructions left out."""
    return (child for child in element if isinstance(child.tag, str))


def child(element: Element, *path: str) -> Element | None:
    """The first element at the end of a path of names."""
    for name in path:
        found = next((one for one in children(element) if local(one) == name), None)
        if found is None:
            return None
        element = found
    return element


def attribute(element: Element | None, name: str) -> str:
    """The value of an attribute whatever its namespace; `""` when there is none."""
    if element is None:
        return ""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def is_on(properties: Element | None, name: str) -> bool:
    """Whether a property that can be switched is on."""
    found = child(properties, name) if properties is not None else None
    return found is not None and attribute(found, "val") not in {"0", "false", "off", "none"}


class WordText:
    """Text of paragraphs and what the cells of tables say about themselves.

    Args:
        part: the main part of the document; it has the targets of links, and the notes.
    """

    def __init__(self, part: Part) -> None:
        self._targets = {key: rel.target_ref for key, rel in part.rels.items() if rel.is_external}
        self._notes = {name: self._read_notes(part, kind) for name, kind in _NOTES.items()}

    def of(self, paragraph: Element) -> str:
        r"""The text of a paragraph, its notes on lines after it; `\n` where a line break is."""
        notes: list[str] = []
        return "\n".join((self._of(paragraph, notes), *notes))

    def boxes(self, paragraph: Element) -> Iterator[Element]:
        """The contents of the text boxes that are anchored in a paragraph."""
        for inner in children(paragraph):
            name = local(inner)
            if name == "txbxContent":
                yield inner
            elif name not in {"Fallback", "del", "moveFrom", "pPr"}:
                yield from self.boxes(inner)

    def is_bold(self, paragraph: Element) -> bool:
        """Whether every word of a paragraph is bold."""
        runs = [run for run in paragraph.iter() if isinstance(run.tag, str) and local(run) == "r"]
        written = [run for run in runs if any(local(t) == "t" and (t.text or "").strip() for t in children(run))]
        return bool(written) and all(is_on(child(run, "rPr"), "b") for run in written)

    def gallery(self, control: Element) -> str:
        """What a content control was inserted as (`Table of Contents`)."""
        return attribute(child(control, "sdtPr", "docPartObj", "docPartGallery"), "val")

    def is_deleted_row(self, row: Element) -> bool:
        """Whether a change that is being tracked takes the row away."""
        return child(row, "trPr", "del") is not None

    def is_header_row(self, row: Element) -> bool:
        """Whether the row is repeated on every page."""
        return is_on(child(row, "trPr"), "tblHeader")

    def skipped(self, row: Element) -> int:
        """How many columns a row leaves out at its beginning."""
        return _count(attribute(child(row, "trPr", "gridBefore"), "val"), least=0)

    def span(self, cell: Element) -> tuple[int, bool]:
        """How many columns a cell covers, and whether it continues the cell above."""
        merge = child(cell, "tcPr", "vMerge")
        continues = merge is not None and attribute(merge, "val") != "restart"
        return _count(attribute(child(cell, "tcPr", "gridSpan"), "val"), least=1), continues

    def _of(self, element: Element, notes: list[str]) -> str:
        parts: list[str] = []
        for inner in children(element):
            name = local(inner)
            if name in _GONE:
                continue
            if name == "r":
                parts.append(self._run(inner, notes))
            elif name == "hyperlink":
                text = self._of(inner, notes)
                target = self._targets.get(attribute(inner, "id"), "")
                parts.append(linked(text, target, wide=not text.isascii()))
            else:
                parts.append(self._of(inner, notes) if name != "t" else inner.text or "")
        return "".join(parts)

    def _run(self, run: Element, notes: list[str]) -> str:
        properties = child(run, "rPr")
        if any(is_on(properties, name) for name in _WITHOUT):
            return ""
        parts: list[str] = []
        for inner in children(run):
            match local(inner):
                case "t":
                    parts.append(inner.text or "")
                case "tab" | "ptab":
                    parts.append(" ")
                case "br" | "cr":
                    parts.append("\n")
                case "noBreakHyphen":
                    parts.append("-")
                case "ruby":
                    parts.append(self._of(inner, notes))
                case "footnoteReference" | "endnoteReference" as name:
                    notes.append(self._notes[name].get(attribute(inner, "id"), ""))
        text = "".join(parts)
        raised = properties is not None and attribute(child(properties, "vertAlign"), "val") == "superscript"
        return text.translate(SUPERSCRIPT) if raised else text

    def _read_notes(self, part: Part, kind: str) -> dict[str, str]:
        from docx.oxml import parse_xml

        found: dict[str, str] = {}
        for relation in part.rels.values():
            if relation.is_external or not relation.reltype.endswith(f"/{kind}"):
                continue
            for note in children(parse_xml(relation.target_part.blob)):
                paragraphs = (self._of(inner, []).strip() for inner in children(note) if local(inner) == "p")
                found[attribute(note, "id")] = "\n".join(filter(None, paragraphs))
        return found


def _count(value: str, *, least: int) -> int:
    return (
        min(max(least, int(value)), _MOST_COLUMNS) if value.isascii() and value.isdigit() and len(value) < 6 else least
    )
