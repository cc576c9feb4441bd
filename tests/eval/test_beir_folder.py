from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.beir_folder import read_beir
from eval.errors import DatasetError

CORPUS = (
    '{"_id": "d1", "title": "T", "text": "one", "metadata": {"lang": "ja"}}\n{"_id": 2, "text": "two", "url": ""}\n'
)
QUERIES = '{"_id": "q1", "text": "what?"}\n{"_id": "q2", "text": "why?"}\n'
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\t2\t0\n"


def folder(path: Path, corpus: str = CORPUS, queries: str = QUERIES, qrels: str = QRELS) -> Path:
    (path / "qrels").mkdir(parents=True)
    (path / "corpus.jsonl").write_text(corpus, encoding="utf-8")
    (path / "queries.jsonl").write_text(queries, encoding="utf-8")
    (path / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return path


def test_a_folder_is_read_whole(tmp_path: Path) -> None:
    read = read_beir(folder(tmp_path / "set"))
    assert read.name == "set"
    assert [(text.id, text.title, text.text, text.lang) for text in read.corpus] == [
        ("d1", "T", "one", "ja"),
        ("2", None, "two", None),
    ]
    assert [query.id for query in read.queries] == ["q1", "q2"]
    assert read.gains == {"q1": {"d1": 2}}
    assert read.dangling == ()


def test_a_relevant_document_that_is_not_there_is_told(tmp_path: Path) -> None:
    read = read_beir(folder(tmp_path / "set", qrels="q1\td9\t1\r\n"))
    assert read.gains == {"q1": {"d9": 1}}
    assert read.dangling == ("d9",)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    path = folder(tmp_path / "set")
    (path / name).unlink()
    with pytest.raises(DatasetError, match=rf"{name} is missing .* A BEIR folder holds"):
        read_beir(path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="is not a folder"):
        read_beir(tmp_path / "none")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"corpus": CORPUS + "{"}, "corpus.jsonl, line 3: Invalid JSON"),
        ({"corpus": '{"_id": "d1"}'}, "corpus.jsonl, line 1: text: Field required"),
        ({"corpus": CORPUS + CORPUS}, 'corpus.jsonl, line 3: "d1" was used on line 1 already'),
        ({"queries": '{"text": "?"}'}, "queries.jsonl, line 1: _id: Field required"),
        ({"qrels": QRELS + "q1 d1 1\n"}, "qrels/test.tsv, line 4: not a judgement"),
        ({"qrels": QRELS + "q1\td1\tyes\n"}, "qrels/test.tsv, line 4: not a judgement"),
        ({"qrels": QRELS + "q7\td1\t1\n"}, 'qrels/test.tsv, line 4: queries.jsonl has no query "q7"'),
        ({"qrels": "query-id\tcorpus-id\tscore\n"}, "has no judgements"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, change: dict[str, str], message: str) -> None:
    with pytest.raises(DatasetError) as error:
        read_beir(folder(tmp_path / "set", **change))
    assert message in str(error.value)


@given(qrels=st.text(st.sampled_from("q12d\t\n-½٣ "), max_size=40))
def test_whatever_the_judgements_it_is_a_folder_or_a_dataset_error(
    tmp_path_factory: pytest.TempPathFactory, qrels: str
) -> None:
    path = folder(tmp_path_factory.mktemp("any") / "set", qrels=qrels)
    try:
        read = read_beir(path)
    except DatasetError:
        return
    assert all(grade > 0 for grades in read.gains.values() for grade in grades.values())
