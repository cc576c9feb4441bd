from __future__ import annotations

import json
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.loaders import parse_document
from corpus.loaders.expand import expand
from corpus.loaders.part import Part
from tests.corpus.loaders import files
from tests.corpus.loaders.files import archive


def mail(body: str = "text", **attached: bytes) -> bytes:
    message = EmailMessage()
    message["Subject"] = "News"
    if body:
        message.set_content(body)
    for name, content in attached.items():
        stem, _, suffix = name.rpartition("_")
        message.add_attachment(content, maintype="application", subtype="x", filename=f"{stem}.{suffix}")
    return message.as_bytes()


def shown(name: str, content: bytes) -> list[tuple[str, str]]:
    """Names and, of faults, what is said after the name."""
    parts = list(expand(name, content))
    assert all(part.fault.startswith(part.name) or part.fault == "" for part in parts)
    return [(part.name, part.fault.removeprefix(part.name)) for part in parts]


def test_a_file_that_is_one_document_is_one_part() -> None:
    for name, content in (("a.md", b"x"), ("a.exe", b"MZ"), ("a.eml", mail()), ("a.pdf", b"no"), ("a.md", b"")):
        assert list(expand(name, content)) == [Part(name, content)]


def test_archives_mails_and_lists_in_each_other() -> None:
    articles = json.dumps([{"title": "One", "text": "1"}, {"title": "Two", "text": "2"}]).encode()
    inner = archive({"deep/c.md": b"c", "list.json": articles})
    content = archive(
        {"a.md": b"a", "费率/b.md": b"b", "in.zip": inner, "m.eml": mail(f_md=b"f"), "x.png": b"no", "e.md": b""}
    )
    found = shown("kb.zip", content)
    assert [name for name, _ in found] == [
        "kb.zip/a.md", "kb.zip/费率/b.md", "kb.zip/in.zip/deep/c.md", "kb.zip/in.zip/list › list-1.json",
        "kb.zip/in.zip/list › list-2.json", "kb.zip/m.eml", "kb.zip/m.eml/f.md", "kb.zip/x.png", "kb.zip/e.md",
    ]  # fmt: skip
    assert [fault for _, fault in found if fault] == [next(fault for name, fault in found if name.endswith("png"))]
    assert 'unknown file type ".png"' in dict(found)["kb.zip/x.png"]
    usable = [part for part in expand("kb.zip", content) if part.content]
    documents = [parse_document(part.name, part.content) for part in usable]
    assert [document.id for document in documents] == ["a", "b", "c", "list-1", "list-2", "m", "f"]


def test_depth_is_bounded() -> None:
    third = archive({"c.md": b"c"})
    second = archive({"b.md": b"b", "third.zip": third, "m.eml": mail(d_md=b"d")})
    found = shown("1.zip", archive({"second.zip": second}))
    assert [(name, fault != "") for name, fault in found] == [
        ("1.zip/second.zip/b.md", False),
        ("1.zip/second.zip/third.zip", True),
        ("1.zip/second.zip/m.eml", False),
        ("1.zip/second.zip/m.eml/d.md", True),
    ]
    assert "too deep" in found[1][1]


def test_a_zip_bomb_of_archives_ends_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.loaders.expand.Budget", lambda: archive_budget(5, 1000))
    inner = archive({f"{n}.md": b"x" for n in range(4)})
    found = shown("a.zip", archive({f"{n}.zip": inner for n in range(3)}))
    assert sum(not fault for _, fault in found) <= 5
    assert any("more than 2,000 files" in fault for _, fault in found)


def archive_budget(members: int, size: int) -> object:
    from corpus.loaders.archive import Budget

    return Budget(members, size)


def test_mails() -> None:
    assert shown("n.eml", mail(fees_csv=b"a,b\n1,2\n", odd_exe=b"MZ")) == [
        ("n.eml", ""),
        ("n.eml/fees.csv", ""),
        ("n.eml/odd.exe", next(fault for name, fault in shown("n.eml", mail(odd_exe=b"MZ")) if "odd" in name)),
    ]
    # A mail that says nothing itself is only its attachments.
    assert shown("n.eml", mail("", fees_md=b"x")) == [("n.eml/fees.md", "")]
    message = EmailMessage()
    message.set_content("x")
    message.add_attachment(b"y", maintype="application", subtype="x", filename="../../etc/p.md")
    message.add_attachment(b"z", maintype="application", subtype="x", filename="..\\q.md")
    assert [name for name, _ in shown("n.eml", b"Subject: x\n" + message.as_bytes())][1:] == [
        "n.eml/p.md",
        "n.eml/q.md",
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.zip", b"", ": empty"),
        ("a.zip", archive({}), ": empty|is not|is really"),
        ("a.zip", archive({".hidden": b"x"}), ": empty"),
        ("a.zip", b"Rar!\x1a\x07\x00", ": is really a RAR archive"),
        ("a.zip", files.docx(lambda d: None), ": is really a Word document"),
        ("a.zip", archive({"a.md": b"x"})[:20], ": damaged"),
        ("a.eml", b"%PDF-1.4", ": is really a PDF"),
        ("a.eml", b"hello", ": not a mail"),
        ("a.eml", b"", ": empty"),
    ],
)
def test_whole_files_that_are_refused(name: str, content: bytes, message: str) -> None:
    ((found, fault),) = shown(name, content)
    assert found == name
    assert any(fault.startswith(one) for one in message.split("|")), fault


@given(st.sampled_from(["a.zip", "a.eml", "a.json", "a.csv", "a.xlsx"]), st.binary(max_size=80))
def test_nothing_is_raised(name: str, content: bytes) -> None:
    for part in expand(name, content):
        assert part.name.startswith("a")
        assert not part.fault or part.fault.startswith(part.name)
