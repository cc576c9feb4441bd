"""Every value inside a record comes back as it went in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import Citation, EvidenceItem, Finding, Layout, Notice, Operand, Sentence, SentenceRole, Severity
from assistant.storage import codecs
from assistant.storage.columns import json_text, json_value
from assistant.storage.errors import DamagedRecordError
from corpus.model import Passage, PassageKind, SectionKind

TEXT = st.text(max_size=20)
NUMBER = st.integers(min_value=0, max_value=2**31 - 1)
SPAN = st.tuples(NUMBER, NUMBER)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)

SENTENCES = st.builds(
    Sentence,
    text=TEXT,
    role=st.sampled_from(SentenceRole),
    citations=st.lists(NUMBER, max_size=3).map(tuple),
    operands=st.lists(st.builds(Operand, text=TEXT, source=TEXT), max_size=2).map(tuple),
    quote=TEXT,
    layout=st.sampled_from(Layout),
)
CITATIONS = st.builds(Citation, n=NUMBER, document_id=TEXT, passage_id=TEXT, title=TEXT, quote=TEXT, span=SPAN)
NOTICES = st.builds(Notice, id=TEXT, text=TEXT, locale=TEXT, sha256=TEXT)
FINDINGS = st.builds(Finding, rule=TEXT, severity=st.sampled_from(Severity), span=st.none() | SPAN, message=TEXT)
PASSAGES = st.builds(
    Passage,
    id=TEXT,
    document_id=TEXT,
    locale=TEXT,
    title=TEXT,
    category=TEXT,
    section=st.sampled_from(SectionKind),
    kind=st.sampled_from(PassageKind),
    heading=TEXT,
    ordinal=NUMBER,
    text=TEXT,
    tokens=NUMBER,
    cells=st.dictionaries(TEXT, TEXT, max_size=3),
    audience=TEXT,
    jurisdictions=TEXTS,
    notices=TEXTS,
    effective_from=st.dates(),
    effective_until=st.none() | st.dates(),
    version=NUMBER,
    stands_for=TEXT,
)
EVIDENCE = st.builds(EvidenceItem, n=NUMBER, passage=PASSAGES, score=st.floats(allow_nan=False, allow_infinity=False))


def through_json(value: Any) -> Any:
    return json_value(json_text(value))


@pytest.mark.parametrize(
    ("values", "encode", "decode"),
    [
        pytest.param(SENTENCES, codecs.encode_sentence, codecs.decode_sentence, id="sentence"),
        pytest.param(CITATIONS, codecs.encode_citation, codecs.decode_citation, id="citation"),
        pytest.param(NOTICES, codecs.encode_notice, codecs.decode_notice, id="notice"),
        pytest.param(FINDINGS, codecs.encode_finding, codecs.decode_finding, id="finding"),
    ],
)
@given(data=st.data())
def test_a_value_survives_json(
    values: st.SearchStrategy[Any], encode: Callable[[Any], Any], decode: Callable[[Any], Any], data: st.DataObject
) -> None:
    value = data.draw(values)
    assert decode(through_json(encode(value))) == value


@given(EVIDENCE)
def test_evidence_survives_its_columns(item: EvidenceItem) -> None:
    columns = codecs.encode_evidence(item)
    for name in ("cells", "jurisdictions", "notices", "products"):
        columns[name] = through_json(columns[name])
    again = codecs.decode_evidence(columns)
    assert again == item
    assert list(again.passage.cells) == list(item.passage.cells), "columns keep their order"


def test_no_field_of_a_passage_is_forgotten() -> None:
    item = EvidenceItem(
        7,
        Passage(
            "p", "doc", "en", "Title", "fees", SectionKind.TIMES_FEES, PassageKind.ROW, "Head", 3, "a: b", 4,
            {"a": "b"}, "staff", ("SG",), ("spot",), ("N-1",), date(2020, 2, 29), date(2030, 1, 1), 9, "other",
            "parent", 12, "sheet",
        ),
        0.5,
    )  # fmt: skip
    assert codecs.decode_evidence(codecs.encode_evidence(item)) == item


@pytest.mark.parametrize(
    "damaged",
    [
        {"id": "N", "text": "t", "locale": "en"},
        "text",
        None,
        [],
    ],
)
def test_a_value_that_was_not_encoded_is_damage(damaged: Any) -> None:
    with pytest.raises(DamagedRecordError):
        codecs.decode_all(codecs.decode_notice, [damaged])


def test_an_unknown_role_is_damage() -> None:
    encoded = codecs.encode_sentence(Sentence("x", SentenceRole.STEP)) | {"role": "poem"}
    with pytest.raises(DamagedRecordError, match="poem"):
        codecs.decode_all(codecs.decode_sentence, [encoded])
