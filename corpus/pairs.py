"""Tables of questions and approved answers: which columns they have, and the pairs in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from corpus.errors import DocumentError
from corpus.facts import validation_message
from corpus.loaders.frontmatter import FrontMatter
from corpus.locales import detect_locale
from corpus.model import Section, SectionKind

COLUMNS: dict[str, tuple[str, ...]] = {
    "question": (
        "question", "questions", "q", "query", "faq", "问题", "问", "提问", "问句", "常见问题", "客户问题", "用户问题",
        "标准问题", "标准问", "問題", "問", "提問", "常見問題", "標準問題", "質問", "ご質問",
    ),
    "answer": (
        "answer", "answers", "a", "reply", "response", "答案", "答", "回答", "答复", "回复", "解答", "标准答案",
        "标准回复", "回答内容", "答覆", "回覆", "標準答案", "解答内容",
    ),
    "title": ("title", "subject", "标题", "題目", "题目", "標題", "主题", "主題", "件名", "タイトル"),
    "also": (
        "also", "similar", "similar question", "similar questions", "variants", "alternatives", "aliases", "相似问题",
        "相似问", "同义问题", "其他问法", "问法", "相似問題", "相似問", "其他問法", "類似質問",
    ),
    "id": ("id", "key"),
    "locale": ("locale", "language", "lang", "语言", "語言", "言語"),
    "category": ("category", "topic", "分类", "类别", "栏目", "分類", "類別", "カテゴリ", "カテゴリー"),
    "audience": ("audience", "受众", "受眾"),
    "jurisdictions": ("jurisdictions", "jurisdiction", "region", "地区", "地區", "司法辖区"),
    "products": ("products", "product", "产品", "業務", "业务", "產品"),
    "notices": ("notices", "notice"),
    "effective_from": ("effective from", "valid from", "生效日期", "生效日", "生效時間", "生效时间"),
    "effective_until": ("effective until", "valid until", "expires", "失效日期", "失效日", "到期日"),
    "owner": ("owner", "负责人", "負責人"),
    "review_due": ("review due", "复核日期", "複核日期"),
}  # fmt: skip
"""The names that a column may have, by what it holds. Case, spaces, `_`, `-` and a trailing number do not matter."""

_BY_NAME = {name: field for field, names in COLUMNS.items() for name in names}
_LISTED = frozenset({"jurisdictions", "products", "notices"})
_NO_META = frozenset({"question", "answer", "title", "also", "id"})
_ALTERNATIVES = re.compile(r"\n|\||；|;")
_ITEMS = re.compile(r"[\n|；;,，、]")

Record = Mapping[str, str | tuple[str, ...]]
"""Cells by column name; several values of one cell as a tuple."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One approved question with its answer.

    Attributes:
        also: other ways to ask it.
        name: its own id, the same in every language; `""` = it has none.
        meta: what it says about itself; ids and titles are those of the document.
    """

    question: str
    answer: str
    also: tuple[str, ...]
    name: str
    meta: FrontMatter

    @property
    def section(self) -> Section:
        """The pair as a section: the part is its name, which finds the same pair in another language."""
        paragraphs = tuple(line for line in self.answer.split("\n") if line.strip())
        return Section(SectionKind.PAIR, self.question, paragraphs, questions=self.also, part=self.name)


def field_of(name: str) -> str:
    """What the column called `name` holds (a key of `COLUMNS`); `""` = something else."""
    plain = re.sub(r"[\s_-]+", " ", re.sub(r"[（(].*?[)）]|[:：*?？]", "", name)).strip().casefold()
    return _BY_NAME.get(plain) or _BY_NAME.get(re.sub(r"\s*\d+$", "", plain), "")


def are_pairs(names: Iterable[str]) -> bool:
    """Whether columns of these names make a table of pairs: an answer, and a question or a title."""
    fields = {field_of(name) for name in names}
    return "answer" in fields and bool({"question", "title"} & fields)


def read_pairs(records: Iterable[tuple[str, Record]], file: str, defaults: FrontMatter | None = None) -> list[Pair]:
    """The pairs in records, each with the place that messages name (`row 7`). Empty records are passed over.

    Columns that are not in `COLUMNS` (comments, counters) are no part of the answer and are left out.

    Raises:
        DocumentError: a question without an answer, an answer without a question, a value that does not fit its column,
            or one question with two answers.
    """
    pairs: list[Pair] = []
    asked: dict[tuple[str, FrontMatter], tuple[str, str]] = {}
    for place, record in records:
        pair = _pair(place, record, file, defaults or FrontMatter())
        if pair is None:
            continue
        earlier = asked.setdefault((pair.question.casefold(), pair.meta), (place, pair.answer))
        if earlier[1] != pair.answer:
            raise DocumentError(
                f"{file}: {earlier[0]} and {place} answer the question “{pair.question[:60]}” differently.",
                hint="Keep one of them.",
            )
        pairs.append(pair)
    return pairs


def grouped(pairs: Sequence[Pair]) -> dict[FrontMatter, list[Pair]]:
    """The pairs by what they say about themselves: each group is a document of its own.

    Where some name their language, that of the others is detected.
    """
    named = any(pair.meta.locale for pair in pairs)
    groups: dict[FrontMatter, list[Pair]] = {}
    for pair in pairs:
        meta = pair.meta
        if named and not meta.locale:
            meta = meta.model_copy(update={"locale": detect_locale(f"{pair.question}\n{pair.answer}")})
        groups.setdefault(meta, []).append(pair)
    return groups


def read_meta(values: Mapping[str, str | tuple[str, ...]], place: str, file: str, defaults: FrontMatter) -> FrontMatter:
    """`defaults` with the values that are given, read like the front matter of an article.

    Raises:
        DocumentError: a value does not fit.
    """
    given = {name: _value(name, value) for name, value in values.items() if value}
    if not given:
        return defaults
    try:
        return FrontMatter.model_validate(defaults.model_dump(exclude_unset=True) | given)
    except ValidationError as error:
        raise DocumentError(f"{file}: {place}: {validation_message(error)}.") from error


def _pair(place: str, record: Record, file: str, defaults: FrontMatter) -> Pair | None:
    found: dict[str, list[str]] = {}
    for name, value in record.items():
        field = field_of(name)
        values = (value,) if isinstance(value, str) else value
        if field:
            found.setdefault(field, []).extend(text for text in map(str.strip, values) if text)
    question, answer = ("\n".join(found.get(field, ())) for field in ("question", "answer"))
    if not question:
        question = "\n".join(found.get("title", ()))
    if not question and not answer:
        return None
    if not question or not answer:
        lacking = "a question but no answer" if question else "an answer but no question"
        raise DocumentError(f"{file}: {place} has {lacking}.", hint="Complete it or take it out.")
    head, *more = question.split("\n")
    also = [text.strip() for value in found.get("also", ()) for text in _ALTERNATIVES.split(value)]
    about: dict[str, str | tuple[str, ...]] = {
        field: tuple(texts) for field, texts in found.items() if field not in _NO_META
    }
    return Pair(
        question=head.strip(),
        answer=answer,
        also=tuple(dict.fromkeys(text for text in (*map(str.strip, more), *also) if text and text != head)),
        name="-".join(found.get("id", ())),
        meta=read_meta(about, place, file, defaults),
    )


def _value(name: str, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    values = (value,) if isinstance(value, str) else value
    if name == "questions":
        return values
    if name in _LISTED:
        return tuple(item.strip() for text in values for item in _ITEMS.split(text) if item.strip())
    return values[0]
