from __future__ import annotations

from dataclasses import replace
from datetime import date

from index.source import decode, encode, sources_of
from tests.index.samples import DESK, passage, question


def test_sources_are_documents_in_their_locales() -> None:
    sources = sources_of(DESK)
    assert [source.key for source in sources] == [
        "wd-delayed|en",
        "wd-delayed|zh-CN",
        "wd-fee|en",
        "wd-fee|zh-CN",
        "acc-2fa|en",
        "acc-2fa|zh-CN",
        "sec-phishing|en",
    ]
    assert sources[0].cut() == DESK[:2]
    assert [found for source in sources for found in source.cut()] == list(DESK)
    assert sources_of(()) == ()


def test_a_digest_covers_all_that_a_passage_holds_and_nothing_else() -> None:
    (before,) = sources_of(DESK[:2])
    assert sources_of(DESK[:2])[0].digest == before.digest
    changes = [
        replace(DESK[1], text="other"),
        replace(DESK[1], effective_until=date(2026, 1, 1)),
        replace(DESK[1], audience="internal"),
        replace(DESK[1], products=("spot",)),
        replace(DESK[1], ordinal=7),
    ]
    digests = {before.digest} | {sources_of((DESK[0], changed))[0].digest for changed in changes}
    assert len(digests) == 1 + len(changes)


def test_a_passage_is_the_same_after_its_way_through_json() -> None:
    special = replace(
        passage("x", "费用\u2028", effective_until=date(2030, 1, 1), jurisdictions=("HK", "SG")),
        cells={"网络": "TRC20", "费用": "1 USDT"},
        notices=("risk",),
        parent="0123456789abcdef",
        page=3,
        part="Sheet1",
        products=("spot", "futures"),
    )
    for found in (special, question(special, "多少钱")):
        assert decode(encode(found)) == found
        assert encode(decode(encode(found))) == encode(found)
