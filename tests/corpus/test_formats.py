from __future__ import annotations

import io
import json
from email.message import EmailMessage
from pathlib import Path

from openpyxl import Workbook

from corpus.catalog import Catalog
from corpus.facts import FactsTable
from corpus.ingest import ingest
from tests.corpus.loaders import files


def workbook() -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in (("问题", "答案"), ("提现多久？", "半小时。")):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def mail(**attached: bytes) -> bytes:
    message = EmailMessage()
    message["Subject"] = "公告"
    message.set_content("今天调整手续费。")
    for name, content in attached.items():
        message.add_attachment(content, maintype="application", subtype="x", filename=f"{name}.md")
    return message.as_bytes()


WORD = files.docx(lambda document: document.add_paragraph("提现说明正文。"))
GOOD: dict[str, bytes] = {
    "a.md": "# 提现\n\n正文。".encode(),
    "b.txt": "提现到账一般需要三十分钟，网络拥堵时会更久。".encode("gb18030"),
    "c.html": "<html><head><meta charset=big5></head><h1>提現</h1><p>手續費為一元。</p></html>".encode("big5"),
    "d.pdf": files.pdf([files.text("提现说明正文。")]),
    "e.docx": WORD,
    "f.xlsx": workbook(),
    "g.csv": "币种,网络\nUSDT,TRC20\n".encode("gb18030"),
    "h.tsv": b"coin\tnetwork\nUSDT\tTRC20\n",
    "i.json": json.dumps([{"title": "甲", "text": "一"}, {"title": "乙", "text": "二"}]).encode(),
    "j.jsonl": b'{"question": "How?", "answer": "So."}\n',
    "k.pptx": files.pptx(lambda s: setattr(s.slides.add_slide(s.slide_layouts[5]).shapes.title, "text", "提现")),
    "l.eml": mail(m="# 附件\n\n正文。".encode()),
    "n.zip": files.archive({"o/index.html": b"<p>Text.</p>", "o/p.md": b"text", "../q.md": b"x"}),
}
BROKEN: dict[str, tuple[bytes, str]] = {
    "a.md": (b"---\nid: [\n---\nx", "front matter"),
    "b.txt": (bytes(range(1, 256)), "encoding cannot be told"),
    "c.html": (b"<script>app()</script>", "empty"),
    "d.pdf": (files.pdf([files.text("x")], password="secret"), "encrypted"),
    "e.docx": (WORD[:-100], "damaged"),
    "f.xlsx": (WORD, "is really a Word document"),
    "g.csv": (b'a,b\n"x', "quotation mark"),
    "h.tsv": (b"\x00", "binary"),
    "i.json": (b"{", "not JSON"),
    "j.jsonl": (b"[1,\n", "not JSON"),
    "k.pptx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted"),
    "l.eml": (b"no mail", "not a mail"),
    "n.zip": (b"PK\x03\x04", "damaged"),
    "o.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Save it as .docx"),
}


def test_a_folder_with_one_file_of_each_type_and_a_broken_one_of_each(tmp_path: Path) -> None:
    (tmp_path / "seed").mkdir()
    for folder in ("good", "broken"):
        (tmp_path / folder).mkdir()
    for name, content in GOOD.items():
        (tmp_path / "good" / name).write_bytes(content)
    for name, (content, _) in BROKEN.items():
        (tmp_path / "broken" / f"broken-{name}").write_bytes(content)
    catalog = Catalog(tmp_path / "data", facts=FactsTable.parse({"facts": {}}), seed_root=tmp_path / "seed")
    report = ingest([tmp_path / "broken", tmp_path / "good"], catalog)
    failed = {result.name: result.message for result in report.failed}
    assert set(failed) == {f"broken-{name}" for name in BROKEN} | {"n.zip/../q.md"}
    for name, (_, reason) in BROKEN.items():
        assert failed[f"broken-{name}"].startswith(f"broken-{name}: ")
        assert reason in failed[f"broken-{name}"]
    added = {result.document_id for result in report.results if result.status == "added"}
    assert added == {"a", "b", "c", "d", "e", "f", "g", "h", "i-1", "i-2", "j", "k", "l", "m", "o-index", "p"}
    assert {
        result.document_id for result in ingest([tmp_path / "good"], catalog).results if not result.message
    } == added
