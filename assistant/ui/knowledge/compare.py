"""Two versions side by side, with the words marked that differ."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from html import escape

from assistant.curation.views import DiffLine, LineKind
from assistant.ui.knowledge.marks import version_name
from assistant.ui.knowledge.words import Words

# A word of letters and digits, or any other single character: Chinese has no spaces, and is compared by the character.
_WORD = re.compile(r"[A-Za-z0-9_]+|.", re.DOTALL)
_LONGEST = 4_000
"""Characters of a line beyond which its words are not compared: the time grows with the square."""


def diff_html(lines: Sequence[DiffLine], old: int, new: int, words: Words) -> str:
    """A table of two columns; narrow screens stack them."""
    if not any(line.kind in (LineKind.ADDED, LineKind.REMOVED) for line in lines):
        key = "compare_binary" if lines else "compare_same"
        return f'<p class="con-none">{words.say(key, old=str(old), new=str(new))}</p>'
    added = sum(line.kind is LineKind.ADDED for line in lines)
    removed = sum(line.kind is LineKind.REMOVED for line in lines)
    rows = "".join(_rows(lines, words))
    return (
        f'<p class="kno-summary">{words.say("compare_count", added=str(added), removed=str(removed))}</p>'
        f'<div class="kno-diff" role="table" aria-label="{words.say("compare")}"><div role="row" class="kno-diff-head">'
        f'<div role="columnheader">{version_name(old, words)}</div>'
        f'<div role="columnheader">{version_name(new, words)}</div></div>{rows}</div>'
    )


def _rows(lines: Sequence[DiffLine], words: Words) -> Iterator[str]:
    removed: list[str] = []
    added: list[str] = []
    for line in lines:
        if line.kind is LineKind.REMOVED and not added:
            removed.append(line.text)
        elif line.kind is LineKind.ADDED:
            added.append(line.text)
        else:
            yield from _pairs(removed, added, words)
            removed, added = ([line.text] if line.kind is LineKind.REMOVED else []), []
            if line.kind is LineKind.GAP:
                yield '<div role="row" class="kno-gap"><div role="cell">⋯</div></div>'
            elif line.kind is LineKind.SAME:
                yield _row(_cell("", escape(line.text)), _cell("", escape(line.text), twin=True))
    yield from _pairs(removed, added, words)


def _pairs(removed: Sequence[str], added: Sequence[str], words: Words) -> Iterator[str]:
    for index in range(max(len(removed), len(added))):
        old = removed[index] if index < len(removed) else None
        new = added[index] if index < len(added) else None
        before, after = _marked(old, new)
        gone = _cell("removed", before, word=words.say("removed")) if old is not None else _cell("none", "")
        come = _cell("added", after, word=words.say("added")) if new is not None else _cell("none", "")
        yield _row(gone, come)


def _row(*cells: str) -> str:
    return f'<div role="row">{"".join(cells)}</div>'


def _cell(kind: str, html: str, *, twin: bool = False, word: str = "") -> str:
    """`twin`: it repeats the cell beside it, and is left out where the columns are stacked."""
    told = f'<span class="con-sr">{word}: </span>' if word else ""
    return f'<div role="cell" data-line="{kind}"{" data-twin=1" if twin else ""}>{told}{html}</div>'


def _marked(old: str | None, new: str | None) -> tuple[str, str]:
    """Both lines, escaped, with `<del>` and `<ins>` around what only one of them has."""
    if old is None or new is None or max(len(old), len(new)) > _LONGEST:
        return escape(old or ""), escape(new or "")
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < 0.3:  # two different sentences: marks on single characters would say nothing
        return escape(old), escape(new)
    left: list[str] = []
    right: list[str] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        gone, come = escape("".join(before[i:j])), escape("".join(after[k:m]))
        left.append(gone if tag == "equal" or not gone else f"<del>{gone}</del>")
        right.append(come if tag == "equal" or not come else f"<ins>{come}</ins>")
    return "".join(left), "".join(right)
