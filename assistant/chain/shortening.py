"""What an answer in plain words leaves out, and where its long sentences end.

Left out is side matter that is long or would need explanations of its own. What stays is cut at its semicolons.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.chain.terms_in import TermFinder
from assistant.chain.triage import QuestionType
from assistant.model import Evidence, Layout, Sentence, SentenceRole
from corpus.locales import is_unspaced
from corpus.model import Passage, PassageKind, SectionKind

LISTED = (Layout.STEP, Layout.BULLET)
_LONG = 45
"""Characters above which a sentence is cut if it can be."""
_LONG_WORDS = 25
"""The same in languages that write spaces, in words."""
_STOP = re.compile(r"；|;\s")
_UNCUT = re.compile(r"[（(「『“].*?[）)」』”]|\"[^\"]*\"")
_LEAST = 6
"""Characters of the shortest sentence that a semicolon may leave."""
_PROBLEM = frozenset({QuestionType.NOT_WORKING, QuestionType.WHY})


def shortened(
    sentences: Sequence[Sentence],
    evidence: Evidence,
    types: frozenset[QuestionType],
    finder: TermFinder,
    language: str,
) -> tuple[Sentence, ...]:
    """The sentences without side matter, in their order.

    Never cut: the first sentence of the short answer, rows and what is computed from them, exceptions that the
    customer's words meet, steps, warnings, the cause for those who ask why and the contact for those with a problem.
    Other sentences stay if they are short and hold no term that only they would need explained.
    """
    passages = {item.n: item.passage for item in evidence.items}
    needed = [_is_needed(index, sentences, passages, types) for index in range(len(sentences))]
    said = {term for keep, s in zip(needed, sentences, strict=True) if keep for term in finder.terms(s.text)}
    kept = [
        sentence
        for keep, sentence in zip(needed, sentences, strict=True)
        if keep
        # What to have ready is for those who write to a person.
        or (
            _section(sentence, passages) is not SectionKind.HAVE_READY
            and _is_easy(sentence.text, language, finder, said)
        )
    ]
    return tuple(_without_empty_intros(kept, sentences))


def cut_at_semicolons(sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """The sentences, two for one whose halves a semicolon parts; a step stays one step.

    Only the sign and a capital behind it change. A colon rules over everything behind it, so what follows one is left.
    """
    for sentence in sentences:
        parts = _parts(sentence.text) if sentence.role in (SentenceRole.SUBSTANCE, SentenceRole.STEP) else ()
        if len(parts) < 2:
            yield sentence
        elif sentence.layout in LISTED:
            glue = "" if parts[0].endswith("。") else " "
            yield replace(sentence, text=glue.join(parts))
        else:
            yield replace(sentence, text=parts[0])
            yield from (replace(sentence, text=part, layout=Layout.INLINE) for part in parts[1:])


def is_intro(sentence: Sentence) -> bool:
    """Whether the sentence may introduce a list."""
    return sentence.role is SentenceRole.CONNECTIVE and sentence.layout is Layout.PARAGRAPH


def _is_needed(
    index: int, sentences: Sequence[Sentence], passages: Mapping[int, Passage], types: frozenset[QuestionType]
) -> bool:
    """Whether the answer is not the same without the sentence."""
    section = _section(sentences[index], passages)
    first = not any(_section(earlier, passages) is section for earlier in sentences[:index])
    match section:
        case SectionKind.SHORT_ANSWER | SectionKind.BODY:
            return first
        case SectionKind.WHY:
            return first and QuestionType.WHY in types
        case SectionKind.CONTACT:
            return first and bool(types & (_PROBLEM | {QuestionType.WHERE_WHO}))
        case _:
            return section is not SectionKind.HAVE_READY


def _section(sentence: Sentence, passages: Mapping[int, Passage]) -> SectionKind | None:
    """The section it quotes; `None` for a connective, a table row and what is computed."""
    passage = passages.get(sentence.citations[0]) if sentence.citations else None
    if passage is None or passage.kind is PassageKind.ROW or sentence.role is SentenceRole.COMPUTED:
        return None
    return passage.section


def _is_easy(text: str, language: str, finder: TermFinder, said: Collection[str]) -> bool:
    """Whether a sentence is short and holds no term that has to be explained for its sake alone."""
    is_long = len(text) > _LONG if is_unspaced(language) else len(text.split()) > _LONG_WORDS
    return not is_long and set(finder.terms(text)) <= set(said)


def _without_empty_intros(kept: Sequence[Sentence], before: Sequence[Sentence]) -> Iterator[Sentence]:
    """Without introductions whose list is gone."""
    led = {id(lead) for lead, listed in pairwise(before) if listed.layout in LISTED}
    for index, sentence in enumerate(kept):
        leads = index + 1 < len(kept) and kept[index + 1].layout in LISTED
        if leads or not is_intro(sentence) or id(sentence) not in led:
            yield sentence


def _parts(text: str) -> tuple[str, ...]:
    prose = _UNCUT.sub(lambda match: "_" * len(match[0]), text)
    cuts = [match.start() for match in _STOP.finditer(prose)]
    bounds = [0, *(cut + 1 for cut in cuts), len(text)]
    parts = [text[start:end].strip() for start, end in pairwise(bounds)]
    if re.search(r"：|:\s", prose[: cuts[-1]] if cuts else "") or min(map(len, parts)) < _LEAST:
        return (text,)
    ended = [part[:-1] + ("。" if part.endswith("；") else ".") for part in parts[:-1]]
    return tuple(part[:1].upper() + part[1:] for part in (*ended, parts[-1]))
