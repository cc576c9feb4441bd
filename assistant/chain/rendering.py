"""From sentences to the text a customer reads: citation marks, numbered steps, notices underneath."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.model import Draft, Layout, Notice, Sentence

_UNSPACED = ("zh", "ja")


def render(draft: Draft, notices: Iterable[Notice] = ()) -> str:
    """The reply as plain text, notices included."""
    return with_notices(render_body(draft.sentences, draft.language), notices)


def with_notices(body: str, notices: Iterable[Notice]) -> str:
    """A reply's body with the notices under it, a blank line before each, byte for byte as stored."""
    return "\n\n".join([*([body] if body else []), *(notice.text for notice in notices)])


def render_body(sentences: Sequence[Sentence], language: str) -> str:
    """Sentences run on within a paragraph; steps are numbered from 1, bullets and steps stand on lines of their own."""
    glue = "" if language.startswith(_UNSPACED) else " "
    paragraphs: list[str] = []
    previous: Layout | None = None
    step = 0
    for sentence in sentences:
        text = sentence.text + marks(sentence.citations, glue)
        step = step + 1 if sentence.layout is Layout.STEP else 0
        if sentence.layout is Layout.STEP:
            text = f"{step}. {text}"
        elif sentence.layout is Layout.BULLET:
            text = f"- {text}"
        listed = sentence.layout in (Layout.STEP, Layout.BULLET)
        if (
            not paragraphs
            or sentence.layout is Layout.PARAGRAPH
            or (previous in (Layout.STEP, Layout.BULLET) and not listed)
        ):
            paragraphs.append(text)
        elif listed:
            paragraphs[-1] += f"\n{text}"
        else:
            paragraphs[-1] += f"{glue}{text}"
        previous = sentence.layout
    return "\n\n".join(paragraphs)


def marks(citations: Sequence[int], glue: str) -> str:
    """`[1][2]`, set off by `glue`."""
    return glue + "".join(f"[{n}]" for n in citations) if citations else ""
