from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.errors import FactError
from corpus.facts import FactsTable
from corpus.seed import load_facts

RAW: dict[str, Any] = {
    "facts": {
        "hold": {"wait": {"value": 24, "unit": "hours"}, "one": {"value": 1, "unit": "hours"}},
        "range": {"value": [1, 5], "unit": "minutes"},
        "tiny": {"value": 0.0001, "unit": "BTC"},
        "large": {"value": 100000, "unit": "USDT"},
        "small": {"value": 2000, "unit": "USDT"},
        "rate": {"value": 0.10, "unit": "percent"},
        "size": {"value": 20, "unit": "MB"},
        "days": {"value": 3, "unit": "business_days"},
        "name": {"zh-CN": "云桥", "en": "Cloudbridge"},
        "only_en": {"en": "English"},
        "plain": "help.cloudbridge.example",
        "number": 12345.50,
        "nested": "{{fact:plain}}",
        "pipe": "a|b",
    },
    "tables": {
        "fee": {
            "columns": {"asset": {"zh-CN": "币种", "en": "Asset"}, "cost": {"zh-CN": "费用", "en": "Cost"}},
            "rows": {
                "usdt": {"asset": "USDT", "cost": {"value": 1, "unit": "USDT"}},
                "conf": {"asset": "BTC", "cost": {"value": 20, "unit": "confirmations"}},
            },
        }
    },
}


@pytest.fixture(scope="module")
def facts() -> FactsTable:
    return FactsTable.parse(RAW)


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("hold.wait", "24 小时", "24 hours"),
        ("hold.one", "1 小时", "1 hour"),
        ("range", "1–5 分钟", "1–5 minutes"),
        ("tiny", "0.0001 BTC", "0.0001 BTC"),
        ("large", "100,000 USDT", "100,000 USDT"),
        ("small", "2000 USDT", "2000 USDT"),
        ("rate", "0.1%", "0.1%"),
        ("size", "20 MB", "20 MB"),
        ("days", "3 个工作日", "3 business days"),
        ("name", "云桥", "Cloudbridge"),
        ("plain", "help.cloudbridge.example", "help.cloudbridge.example"),
        ("number", "12,345.5", "12,345.5"),
        ("fee.conf.cost", "20 个确认", "20 confirmations"),
    ],
)
def test_values(facts: FactsTable, path: str, zh: str, en: str) -> None:
    assert facts.value(path, "zh-CN") == zh
    assert facts.value(path, "en") == en
    assert facts.render(f"<{{{{ fact: {path} }}}}>", "en") == f"<{en}>"


def test_locales_fall_back(facts: FactsTable) -> None:
    assert facts.value("name", "zh-TW") == "云桥"
    assert facts.value("hold.wait", "zh-TW") == "24 小时"
    assert facts.value("name", "ja") == "Cloudbridge"
    assert facts.value("hold.wait", "en-GB") == "24 hours"
    with pytest.raises(FactError, match=r"only_en.*no wording for zh-CN.*Add zh-CN"):
        facts.value("only_en", "zh-CN")
    with pytest.raises(FactError, match="not a locale"):
        facts.render("{{fact:plain}}", "中文")


def test_a_table_is_markdown_with_localised_headers(facts: FactsTable) -> None:
    assert facts.table("fee", "zh-CN") == ("| 币种 | 费用 |\n| --- | --- |\n| USDT | 1 USDT |\n| BTC | 20 个确认 |")
    rendered = facts.render("Before:\n  {{table:fee columns=cost rows=conf, usdt}}\nafter", "en")
    assert rendered == ("Before:\n\n  | Cost |\n  | --- |\n  | 20 confirmations |\n  | 1 USDT |\n\nafter")


def test_a_value_is_not_read_again_and_a_pipe_does_not_break_a_row() -> None:
    raw = {
        "facts": RAW["facts"],
        "tables": {"t": {"columns": {"c": "C|D"}, "rows": {"r": {"c": "a|b"}, "s": {"c": "{{fact:plain}}"}}}},
    }
    facts = FactsTable.parse(raw)
    assert facts.render("{{fact:nested}}", "en") == "{{fact:plain}}"
    assert facts.render("{{table:t}}", "en") == "\n| C\\|D |\n| --- |\n| a\\|b |\n| {{fact:plain}} |\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{fact:hold.wat}}", r'Unknown fact: "hold.wat". Did you mean hold.wait'),
        ("{{fact:}}", 'Unknown fact: ""'),
        ("{{fact:zzzzzz}}", "Known are"),
        ("{{table:fees}}", r'Unknown table: "fees". Did you mean fee'),
        ("{{table:}}", 'Unknown table: ""'),
        ("{{table:fee columns=asset,costs}}", r'Unknown column of table "fee": "costs". Did you mean cost'),
        ("{{table:fee rows=usd}}", r'Unknown row of table "fee": "usd". Did you mean usdt'),
        ("{{table:fee rows}}", "Options are"),
        ("{{table:fee sort=a}}", "Options are"),
        ("{{table:fee rows=usdt rows=conf}}", "Options are"),
        ("see {{table:fee}}", "on a line of its own"),
        ("{{fact:hold", "Cannot read the placeholder"),
        ("{{fact}}", "Cannot read the placeholder"),
    ],
)
def test_what_cannot_be_rendered_is_named(facts: FactsTable, text: str, message: str) -> None:
    with pytest.raises(FactError, match=message):
        facts.render(text, "en")


@given(st.text().filter(lambda text: "{{" not in text))
def test_text_without_placeholders_is_unchanged(text: str) -> None:
    assert FactsTable.parse(RAW).render(text, "en") == text


@given(
    st.lists(
        st.one_of(
            st.text(max_size=10),
            st.sampled_from(
                [
                    "{{",
                    "}}",
                    "{{fact:",
                    "{{table:",
                    "plain",
                    "fee",
                    "columns=",
                    "asset",
                    ",",
                    "=",
                    "rows=usdt",
                    " ",
                    "\n",
                ]
            ),
        )
    ).map("".join),
    st.one_of(st.sampled_from(["en", "zh-CN", "zh-TW"]), st.text(max_size=8)),
)
@example("{{table:fee columns=asset rows=usdt}}", "en")
def test_rendering_raises_nothing_but_fact_errors(text: str, locale: str) -> None:
    facts = FactsTable.parse(RAW)
    try:
        rendered = facts.render(text, locale)
    except FactError:
        return
    assert "{{fact:plain}}" not in rendered


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.sampled_from(["facts", "tables", "value", "unit", "en", "columns", "rows"]), inner),
        ),
    )
)
def test_parsing_raises_nothing_but_fact_errors(raw: object) -> None:
    try:
        facts = FactsTable.parse(raw)
    except FactError:
        return
    for path in facts.paths:
        try:
            assert "E+" not in facts.value(path, "en")
        except FactError as error:
            assert "no wording" in str(error)  # noqa: PT017 (the only fault left after parsing)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ([], "file"),
        ({"fakts": {}}, "fakts"),
        ({"facts": {"a": {"value": 1, "unit": "parsecs"}}}, 'a: Unknown unit "parsecs"'),
        ({"facts": {"a": {"value": -1, "unit": "hours"}}}, "a: value"),
        ({"facts": {"a": {"value": [1, 2, 3], "unit": "hours"}}}, "a: value"),
        ({"facts": {"a": {"value": 1}}}, "a: unit"),
        ({"facts": {"a": float("nan")}}, "a: "),
        ({"facts": {"a": 10**40}}, "a: "),
        ({"facts": {"a": None}}, "a: not a value"),
        ({"facts": {"a": True}}, "a: not a value"),
        ({"facts": {"a": " "}}, "a: not a value"),
        ({"facts": {"a": {}}}, "a: not a value"),
        ({"facts": {"a": {"en": ""}}}, "a: the text for en"),
        ({"facts": {"a": {"en": "below 100", "000 USDT": None}}}, "quotes around text that holds a comma"),
        ({"tables": {"t": {"columns": {"c": "C"}, "rows": {"r": {"d": "x"}}}}}, r'row "r": cells and columns.*c, d'),
        ({"tables": {"t": {"columns": {}, "rows": {"r": {}}}}}, "tables.t.columns"),
        ({"facts": {"t": "x"}, "tables": {"t": {"columns": {"c": "C"}, "rows": {"r": {"c": "x"}}}}}, "both"),
    ],
)
def test_a_broken_table_names_the_place(raw: object, message: str) -> None:
    with pytest.raises(FactError, match=message):
        FactsTable.parse(raw)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    with pytest.raises(FactError, match=r"facts\.yaml: cannot be read"):
        FactsTable.load(path)
    path.write_text("facts: {a: [", encoding="utf-8")
    with pytest.raises(FactError, match=r"facts\.yaml: not valid YAML"):
        FactsTable.load(path)
    path.write_text("facts: {a: 2024-99-99}", encoding="utf-8")
    with pytest.raises(FactError, match=r"facts\.yaml"):
        FactsTable.load(path)
    path.write_text("facts: {a: {value: 1, unit: parsecs}}", encoding="utf-8")
    with pytest.raises(FactError, match=r"facts\.yaml: a: Unknown unit"):
        FactsTable.load(path)
    path.write_text("\ufefffacts: {a: 0.00001}", encoding="utf-8")
    assert FactsTable.load(path).value("a", "en") == "0.00001"


def test_the_shipped_table_renders_everywhere() -> None:
    facts = load_facts()
    for locale in ("zh-CN", "zh-TW", "en", "ja"):
        assert all(facts.value(path, locale) for path in facts.paths)
        assert all(facts.table(path.partition(".")[0], locale) for path in facts.paths if path.count(".") == 2)
    assert facts.value("withdrawal.usdt-trc20.fee", "zh-CN") == "1 USDT"
    assert facts.value("deposit.btc.minimum", "en") == "0.0001 BTC"


HISTORY: dict[str, Any] = {
    "facts": {
        "hold": {"value": 48, "unit": "hours", "was": [{"until": date(2026, 3, 15), "value": 72}]},
        "mail": {"zh-CN": "现在", "en": "now", "was": [{"until": date(2026, 1, 2), "zh-CN": "以前", "en": "before"}]},
        "same": {"value": 1, "unit": "hours"},
    },
    "tables": {
        "fees": {
            "columns": {"asset": "A", "fee": "F"},
            "rows": {
                "x": {
                    "asset": "X",
                    "fee": {
                        "value": 4,
                        "unit": "USDT",
                        "was": [{"until": date(2026, 2, 1), "value": 6}, {"until": date(2026, 7, 10), "value": 5}],
                    },
                }
            },
        }
    },
}


@pytest.mark.parametrize(
    ("day", "hold", "fee"),
    [
        (date(2025, 12, 31), "72 hours", "6 USDT"),
        (date(2026, 1, 31), "72 hours", "6 USDT"),
        (date(2026, 2, 1), "72 hours", "5 USDT"),
        (date(2026, 3, 14), "72 hours", "5 USDT"),
        (date(2026, 3, 15), "48 hours", "5 USDT"),
        (date(2026, 7, 9), "48 hours", "5 USDT"),
        (date(2026, 7, 10), "48 hours", "4 USDT"),
    ],
)
def test_a_fact_is_what_it_was_on_the_day(day: date, hold: str, fee: str) -> None:
    facts = FactsTable.parse(HISTORY).on(day)
    assert facts.value("hold", "en") == hold
    assert facts.value("fees.x.fee", "en") == fee
    assert fee in facts.render("{{table:fees}}", "en")


def test_the_days_on_which_a_text_changes() -> None:
    facts = FactsTable.parse(HISTORY)
    assert facts.changes("{{fact:hold}} {{ fact: mail }}") == (date(2026, 1, 2), date(2026, 3, 15))
    assert facts.changes("{{table:fees columns=asset}}") == (date(2026, 2, 1), date(2026, 7, 10))
    assert facts.changes("{{fact:fees.x.fee}}") == (date(2026, 2, 1), date(2026, 7, 10))
    assert facts.changes("{{fact:same}} and no more") == ()


def test_the_digest_covers_what_was() -> None:
    changed = copy.deepcopy(HISTORY)
    changed["facts"]["hold"]["was"][0]["value"] = 71
    assert FactsTable.parse(HISTORY).digest == FactsTable.parse(copy.deepcopy(HISTORY)).digest
    assert FactsTable.parse(changed).digest != FactsTable.parse(HISTORY).digest


@pytest.mark.parametrize(
    "was",
    [
        [],
        "2026",
        [{"value": 1}],
        [{"until": "soon", "value": 1}],
        [{"until": date(2026, 3, 1), "value": 1}, {"until": date(2026, 3, 1), "value": 2}],
        [{"until": date(2026, 3, 1), "value": 1}, {"until": date(2026, 2, 1), "value": 2}],
        [{"until": date(2026, 3, 1), "value": "x"}],
    ],
)
def test_a_history_that_cannot_be_read_is_an_error(was: object) -> None:
    with pytest.raises(FactError, match="hold"):
        FactsTable.parse({"facts": {"hold": {"value": 48, "unit": "hours", "was": was}}})


def test_a_folder_is_one_table(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("facts: {hold: {reset: {value: 2, unit: hours}}}", "utf-8")
    (tmp_path / "b.yaml").write_text("facts: {hold: {change: {value: 3, unit: hours}}, x: '1'}", "utf-8")
    facts = FactsTable.load(tmp_path)
    assert facts.paths == ("hold.change", "hold.reset", "x")
    (tmp_path / "c.yaml").write_text("facts: {x: '2'}", "utf-8")
    with pytest.raises(FactError, match=r'c\.yaml: "x" stands in two files'):
        FactsTable.load(tmp_path)
    (tmp_path / "c.yaml").write_text("facts: [", "utf-8")
    with pytest.raises(FactError, match=r"c\.yaml: not valid YAML"):
        FactsTable.load(tmp_path)
