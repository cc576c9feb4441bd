"""A draft in plain words: the same answer without its side matter, and every term of the glossary explained.

Nothing is worded anew. Sentences of the normal draft are kept, cut in two or left out, and each explanation is a
sentence of its own that cites the glossary, so that citations and fact-lock hold as for any other draft. Method:
`docs/architecture.md`, "Plain words".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from assistant.chain.factlock import lock_facts
from assistant.chain.glossary import Glossary, by_term
from assistant.chain.shortening import LISTED, cut_at_semicolons, is_intro, shortened
from assistant.chain.terms_in import Mention, TermFinder, folded
from assistant.chain.triage import QuestionType
from assistant.chain.vocabulary import Vocabulary
from assistant.messages import Messages
from assistant.model import Draft, Evidence, EvidenceItem, Layout, Sentence, SentenceRole
from corpus.model import Passage, PassageKind
from corpus.traditional import to_traditional

_INLINE = 2
"""Explanations that may stand right behind a sentence; more of them make a list of their own."""
_BRACKET = re.compile(r"(?:/[A-Za-z]+)?\s?[（(]([^（()）]+)[）)]")
_INNER = re.compile(r"\s?[，,]([^（()）]+)[）)]")
_ALSO = re.compile(r"也叫|又称|又叫|俗称|简称|也叫做|also called|also known as|\bor\b|或|、|费")
_LETTER = re.compile(r"[^\W\d_]")
_GLOSS = 6
"""Least letters of a bracket behind a term that explains it; one with fewer only names it again: USDT（TRC20）."""
_ENDS = "。．. "


class PlainWords:
    """Rewords drafts for readers to whom the subject is new. Holds no state: safe to call from many threads."""

    def __init__(self, glossary: Glossary, messages: Messages, vocabulary: Vocabulary) -> None:
        self._glossary = glossary
        self._messages = messages
        self._vocabulary = vocabulary

    def reword(
        self, draft: Draft, evidence: Evidence, passages: Sequence[Passage], types: frozenset[QuestionType]
    ) -> tuple[Draft, Evidence]:
        """The draft in plain words, and the evidence with those passages of the glossary that it cites.

        Args:
            draft: the composer's; cites numbers of `evidence`.
            evidence: at least one passage, numbered from 1.
            passages: of the glossary, in any locale; a term without one stays unexplained.
            types: what kind of answer is wanted.
        """
        finder = self._glossary.finder(draft.language)
        if finder is None:
            return draft, evidence
        language = draft.language.split("-")[0]
        readable = [passage for passage in passages if passage.locale.split("-")[0] == language]
        known = by_term(readable, self._glossary.terms(draft.language))
        sentences = draft.sentences
        if evidence.items[0].passage.kind is not PassageKind.ANSWER:  # approved as a whole, given as a whole
            kept = shortened(sentences, evidence, types, finder, draft.language)
            sentences = tuple(cut_at_semicolons(kept))
        work = _Explaining(self._glossary, self._messages, self._vocabulary, draft.language, finder, known, evidence)
        reworded = replace(draft, sentences=tuple(work.explained(sentences)))
        return reworded, replace(evidence, items=(*evidence.items, *work.items))


@dataclass
class _Explaining:
    """One draft's explanations in the making: each term once, at its first mention."""

    glossary: Glossary
    messages: Messages
    vocabulary: Vocabulary
    language: str
    finder: TermFinder
    known: Mapping[str, Passage]
    evidence: Evidence
    items: list[EvidenceItem] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    later: list[Sentence] = field(default_factory=list)

    def __post_init__(self) -> None:
        # An answer from the glossary is the explanation of its term.
        given = {item.passage.id for item in self.evidence.items}
        self.said |= {term for term, passage in self.known.items() if passage.id in given}

    def explained(self, sentences: Sequence[Sentence]) -> Iterator[Sentence]:
        """The sentences, with what they need explained behind each; a list's terms stand before its introduction."""
        blocks = [list(block) for _, block in groupby(sentences, key=lambda sentence: sentence.layout in LISTED)]
        introduced = False
        for block, following in zip(blocks, [*blocks[1:], []], strict=True):
            if block[0].layout in LISTED:
                yield from block
                if not introduced:  # a row is not parted from its neighbours
                    self._queue(block)
                continue
            introduced = bool(following) and is_intro(block[-1])
            for sentence in block[:-1] if introduced else block:
                yield sentence
                new = self._unexplained(sentence.text)
                if len(new) > _INLINE:
                    self.later += [self._explanation(term_id, name, "plain_item") for term_id, name in new]
                else:
                    yield from (self._explanation(term_id, name, "plain_term") for term_id, name in new)
            if introduced:
                self._queue([block[-1], *following])  # a step is one action
                yield from self._list()
                yield block[-1]
        yield from self._list()

    def _queue(self, sentences: Sequence[Sentence]) -> None:
        for sentence in sentences:
            for term_id, name in self._unexplained(sentence.text):
                self.later.append(self._explanation(term_id, name, "plain_item"))

    def _list(self) -> Iterator[Sentence]:
        """Whatever is to be explained and has not been yet."""
        explanations = [*self.later, *self._inner()]
        self.later.clear()
        if explanations:
            intro = self.messages.text("plain_intro", self.language)
            yield Sentence(intro, SentenceRole.CONNECTIVE, layout=Layout.PARAGRAPH)
            yield from explanations

    def _unexplained(self, text: str) -> list[tuple[str, str]]:
        """Terms that the text is the first to use and does not explain itself: each one's id and name in the text."""
        mentions = self.finder.mentions(text)
        found = []
        for mention in mentions:
            if self._is_new(mention):
                self.said.add(mention.term)
                if not (is_glossed(text, mention, mentions) or self._short(mention.term) in text):
                    found.append((mention.term, text[slice(*mention.span)]))
        return found

    def _short(self, term_id: str) -> str:
        short = self.glossary.short(term_id, self.known[term_id]).rstrip(_ENDS)
        return to_traditional(short) if self.language == "zh-TW" else short

    def _explanation(self, term_id: str, name: str, key: str) -> Sentence:
        passage = self.known[term_id]
        item = EvidenceItem(len(self.evidence.items) + len(self.items) + 1, passage, 0.0)
        self.items.append(item)
        sentence = self._sentence(key, name, term_id, item)
        self.given.append(sentence.text)
        return sentence

    def _inner(self) -> Iterator[Sentence]:
        """Terms inside the explanations given so far."""
        for text in self.given:  # grows on the way: an inner explanation may have terms of its own
            for term_id, name in self._unexplained(text):
                yield self._explanation(term_id, name, "plain_item")

    def _sentence(self, key: str, name: str, term_id: str, item: EvidenceItem) -> Sentence:
        """The first wording whose facts its passage holds: the draft's own name for the term may be another network."""
        passage = item.passage
        term = self.glossary.terms(self.language)[term_id].term
        short = self.glossary.short(term_id, passage)
        shown = term if folded(name).startswith(folded(term)) else name  # tokens: a token
        wordings = ((shown, short), (term, short), (term, passage.text))
        made = (self._worded(key, *wording, item) for wording in wordings)
        whole = Sentence(passage.text, SentenceRole.SUBSTANCE, (item.n,), quote=passage.text)
        return next((sentence for sentence in made if self._holds(sentence, item)), whole)

    def _worded(self, key: str, name: str, short: str, item: EvidenceItem) -> Sentence:
        if self.language == "zh-TW":
            name, short = to_traditional(name), to_traditional(short)
        text = self.messages.text(key, self.language, term=name[:1].upper() + name[1:], short=short.rstrip(_ENDS))
        layout = Layout.BULLET if key == "plain_item" else Layout.INLINE
        return Sentence(text, SentenceRole.SUBSTANCE, (item.n,), quote=item.passage.text, layout=layout)

    def _holds(self, sentence: Sentence, item: EvidenceItem) -> bool:
        trial = Draft((sentence,), self.language, "")
        return not lock_facts(trial, replace(self.evidence, items=(item,)), self.vocabulary)

    def _is_new(self, mention: Mention) -> bool:
        return mention.term in self.known and mention.term not in self.said


def is_glossed(text: str, mention: Mention, mentions: Sequence[Mention]) -> bool:
    """Whether the author explains the term in a bracket behind it, or as its other name inside one.

    区块浏览器（查询链上转账的公开网站） and 「复制交易哈希」（TxID，链上转账的唯一编号） do, USDT（TRC20） does not.
    """
    start, end = mention.span
    behind = _BRACKET.match(text, end)
    if behind is not None:
        names = [other.span for other in mentions if other.term == mention.term and other.span[0] >= end]
        inside = "".join(c for i, c in enumerate(behind[1], behind.start(1)) if not any(a <= i < b for a, b in names))
        return _letters(_ALSO.sub("", inside)) >= _GLOSS
    inner = _INNER.match(text, end)
    return bool(start and text[start - 1] in "（(" and inner and _letters(inner[1]) >= _GLOSS)


def _letters(text: str) -> int:
    return len(_LETTER.findall(text))
