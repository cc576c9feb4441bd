"""A folder with a good file of every type, each with a fact that stands nowhere else, and broken ones of each."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage

from docx.document import Document as WordDocument
from openpyxl import Workbook
from pptx.presentation import Presentation
from pptx.util import Inches

from tests.corpus.loaders import files

MB = 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256))
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2048)
"""What an office program writes when a document has a password: a compound file, no archive."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What one document of a good file says, and where it says it.

    Attributes:
        document_id: of the document.
        question: asks for it.
        says: the words that answer, as they stand in the passage.
        part: the document's part of its file, as `ingest` tells it; `""` = the file is one document.
        heading, page, sheet: the place of the passage.
    """

    document_id: str
    question: str
    says: str
    part: str = ""
    heading: str = ""
    page: int | None = None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Good:
    """A file that goes in."""

    name: str
    content: bytes
    facts: tuple[Fact, ...]


def good_files() -> Iterator[Good]:
    """One of every type, and text in the encodings that Chinese programs still write."""
    yield from _texts()
    yield from _laid_out()
    yield from _tables()
    yield from _records()
    yield from _containers()


def _texts() -> Iterator[Good]:
    yield Good(
        "azurite-vault.md",
        b"# Azurite vault\n\n## Opening hours\n\nThe azurite vault opens at 07:35 on weekdays.\n",
        (Fact("azurite-vault", "When does the azurite vault open?", "07:35", heading="Opening hours"),),
    )
    yield Good(
        "basalt-ticket.markdown",
        b"# Basalt ticket\n\nA basalt ticket stays usable for 41 days.\n",
        (Fact("basalt-ticket", "How long does a basalt ticket stay usable?", "41 days"),),
    )
    yield Good(
        "cobalt-drawer.txt",
        b"Cobalt drawer\n\nThe cobalt drawer holds at most 17 envelopes.\n",
        (Fact("cobalt-drawer", "How many envelopes does the cobalt drawer hold?", "17 envelopes"),),
    )
    yield Good(
        "gb18030-青鸾信箱.txt",
        "青鸾信箱\n\n青鸾信箱每次最多寄存 23 封信，超出的部分会退回寄件人。\n".encode("gb18030"),
        (Fact("gb18030-青鸾信箱", "青鸾信箱每次最多寄存多少封信", "23 封信"),),
    )
    yield Good(
        "big5-墨竹書架.txt",
        "墨竹書架\n\n墨竹書架每層最多擺放 29 本書，請勿堆疊在書架頂端。\n".encode("big5"),
        (Fact("big5-墨竹書架", "墨竹書架每層最多擺放幾本書", "29 本書"),),
    )
    for suffix, name, thing, figure in (
        ("html", "dolomite-lantern", "dolomite lantern", "53 minutes"),
        ("htm", "ember-kettle", "ember kettle", "59 minutes"),
        ("xhtml", "fluorite-clock", "fluorite clock", "61 minutes"),
    ):
        page = (
            f"<html><head><title>{thing}</title></head><body><nav>Home</nav><main><h1>The {thing}</h1>"
            f"<h2>Charging</h2><p>Charging the {thing} takes {figure}.</p></main></body></html>"
        )
        fact = Fact(name, f"How long does charging the {thing} take?", figure, heading="Charging")
        yield Good(f"{name}.{suffix}", page.encode(), (fact,))


def _laid_out() -> Iterator[Good]:
    yield Good(
        "garnet-manual.pdf",
        files.pdf(
            [
                files.text("Garnet manual", 20, chinese=False),
                files.text("The garnet manual tells how the garnet bell is used.", chinese=False),
                files.page_break(),
                files.text("Repairs", 14, chinese=False),
                files.text("A broken garnet bell is repaired within 67 days.", chinese=False),
            ]
        ),
        (Fact("garnet-manual", "How soon is a broken garnet bell repaired?", "67 days", heading="Repairs", page=2),),
    )

    def letter(document: WordDocument) -> None:
        document.add_heading("Hematite letter", 0)
        document.add_heading("Postage", 1)
        document.add_paragraph("Postage for a hematite letter is 71 stamps.")

    yield Good(
        "hematite-letter.docx",
        files.docx(letter),
        (Fact("hematite-letter", "How much is the postage for a hematite letter?", "71 stamps", heading="Postage"),),
    )

    def talk(slides: Presentation) -> None:
        for title, words in (
            ("Indigo seminar", "The indigo seminar is held every spring."),
            ("Indigo seats", "The indigo seminar has 73 seats."),
        ):
            slide = slides.slides.add_slide(slides.slide_layouts[5])
            slide.shapes.title.text = title
            slide.shapes.add_textbox(Inches(1), Inches(2), Inches(6), Inches(1)).text_frame.text = words

    yield Good(
        "indigo-seminar.pptx",
        files.pptx(talk),
        (
            Fact(
                "indigo-seminar",
                "How many seats does the indigo seminar have?",
                "73 seats",
                heading="Indigo seats",
                page=2,
            ),
        ),
    )


def _tables() -> Iterator[Good]:
    book = Workbook()
    book.remove(book.worksheets[0])
    book.create_sheet("Notes").append(["Jasper shelves are counted once a year."])
    sheet = book.create_sheet("Jasper stock")
    for row in (["Shelf", "Jasper cups"], ["North", "79 cups"], ["South", "83 cups"]):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    yield Good(
        "jasper-stock.xlsx",
        file.getvalue(),
        (
            Fact(
                "jasper-stock",
                "How many jasper cups are on the south shelf?",
                "83 cups",
                heading="Jasper stock",
                sheet="Jasper stock",
            ),
        ),
    )
    yield Good(
        "kyanite-faq.csv",
        b'question,answer\nWhat does the kyanite badge cost?,"The kyanite badge costs 89 tokens, once."\n',
        (
            Fact(
                "kyanite-faq",
                "What does the kyanite badge cost?",
                "89 tokens",
                heading="What does the kyanite badge cost?",
            ),
        ),
    )
    yield Good(
        "lapis-routes.tsv",
        b"Lapis route\tLength\nHarbour\t97 miles\nMountain\t101 miles\n",
        (Fact("lapis-routes", "How long is the lapis mountain route?", "101 miles"),),
    )


def _records() -> Iterator[Good]:
    articles = [
        {"id": "malachite-pier", "title": "Malachite pier", "text": "The malachite pier closes after 103 visitors."},
        {"id": "nephrite-gate", "title": "Nephrite gate", "text": "The nephrite gate locks after 107 seconds."},
    ]
    yield Good(
        "articles.json",
        json.dumps(articles).encode(),
        (
            Fact(
                "malachite-pier",
                "After how many visitors does the malachite pier close?",
                "103 visitors",
                "articles › malachite-pier.json",
            ),
            Fact(
                "nephrite-gate",
                "After how many seconds does the nephrite gate lock?",
                "107 seconds",
                "articles › nephrite-gate.json",
            ),
        ),
    )
    yield Good(
        "onyx-faq.jsonl",
        json.dumps(
            {"question": "How many onyx coupons may one person hold?", "answer": "One may hold 109 onyx coupons."}
        ).encode(),
        (
            Fact(
                "onyx-faq",
                "How many onyx coupons may one person hold?",
                "109 onyx coupons",
                heading="How many onyx coupons may one person hold?",
            ),
        ),
    )


def _containers() -> Iterator[Good]:
    yield Good(
        "peridot-news.eml",
        mail(
            "Peridot news",
            "The peridot parade begins at 11:27.\n",
            ("quartz-note.md", b"# Quartz note\n\nA quartz note may have 113 words.\n"),
        ),
        (
            Fact("peridot-news", "When does the peridot parade begin?", "11:27"),
            Fact(
                "quartz-note", "How many words may a quartz note have?", "113 words", "peridot-news.eml/quartz-note.md"
            ),
        ),
    )
    yield Good(
        "site.zip",
        files.archive(
            {
                "guides/ruby-lamp.md": b"# Ruby lamp\n\nThe ruby lamp burns for 127 hours.\n",
                "guides/青瓷碗.html": "<h1>青瓷碗</h1><p>青瓷碗每件押金 131 元，归还时全部退回。</p>".encode(),
                "deep/inner.zip": files.archive({"topaz-key.txt": b"Topaz key\n\nA topaz key opens 137 doors.\n"}),
                ".DS_Store": b"\x00\x00",
            }
        ),
        (
            Fact("ruby-lamp", "How long does the ruby lamp burn?", "127 hours", "site.zip/guides/ruby-lamp.md"),
            Fact("青瓷碗", "青瓷碗每件押金多少", "131 元", "site.zip/guides/青瓷碗.html"),
            Fact(
                "topaz-key",
                "How many doors does a topaz key open?",
                "137 doors",
                "site.zip/deep/inner.zip/topaz-key.txt",
            ),
        ),
    )


def mail(subject: str, body: str, *attached: tuple[str, bytes]) -> bytes:
    """A mail with attachments."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ops@x.example", "desk@x.example", subject
    message.set_content(body)
    for name, content in attached:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that is refused; `told` is a pattern of what is said after its name."""

    name: str
    content: bytes
    told: str


def broken_files(good: dict[str, bytes]) -> Iterator[Broken]:
    """Empty, wrong, cut, locked and hostile files.

    Args:
        good: a good file's content by its suffix (`.pdf`); every one is spoilt in several ways.
    """
    office = {".docx": "Word document", ".xlsx": "Excel workbook", ".pptx": "presentation"}
    for suffix, content in good.items():
        yield Broken(f"empty{suffix}", b"", r"empty\. (?:Write something|Put files) in it\.")
        wrong = "is really a PNG picture.* Give it the suffix of what it is|not a mail.* Save it as \\.eml"
        yield Broken(f"wrong{suffix}", PNG, wrong)
        if suffix in {".pdf", ".zip", *office}:
            yield Broken(
                f"cut{suffix}", content[: len(content) * 2 // 3], r"(?:damaged \(.+\)|is really a ZIP archive)\. "
            )
            yield Broken(f"text{suffix}", b"plain text, no such file", r"is not a.+\. Give it the suffix of what it is")
        if suffix in office:
            yield Broken(f"locked{suffix}", COMPOUND, rf"encrypted.*Save it as \{suffix} without a password")
            yield Broken(f"other{suffix}", good[".pdf"], r"is really a PDF\. Give it the suffix of what it is")
    half = "# 标题\n\n这是一段被截断的文字，最后一个字只剩下一半".encode()[:-1]
    for suffix in (".md", ".txt", ".html", ".csv"):
        yield Broken(f"half-character{suffix}", half, r"not UTF-8.*Save it with the encoding UTF-8")
        yield Broken(f"binary{suffix}", b"text\x00\x01\x02", r"a binary file, not text\. Save it as UTF-8 text")
    yield Broken("open-quote.csv", b'question,answer\nWhat?,"It never ends\n', r"line 2: .* quotation mark missing")
    yield Broken(
        "cut.json", b'[{"title": "One", "text": "1"}, {"title": ', r"line 1, column \d+: not JSON .* Correct it"
    )
    yield Broken("cut.jsonl", b'{"q": "One?", "a": "1"}\n{"q": "Two?", ', r"line 2, column \d+: not JSON .* Correct it")
    cut = mail("Cut", "See the file.\n", ("a.md", b"# Half of it\n\n" + b"The rest is missing. " * 40))[:-300]
    yield Broken("cut.eml", cut, r"damaged \(its end is missing\)\. Save it again from the mail program")
    yield Broken("front.md", b"---\ntitle: [\n---\ntext\n", r".+\. .+")
    locked = files.pdf([files.text("secret", chinese=False)], password="open sesame")
    yield Broken("locked.pdf", locked, r"encrypted\. Save it without a password")
    yield Broken("bomb.docx", _bomb(good[".docx"]), r"unpacks to 6\d MB\. Split it")
    for suffix, part in (
        (".docx", "word/document.xml"),
        (".pptx", "ppt/presentation.xml"),
        (".xlsx", "xl/workbook.xml"),
    ):
        entities = files.with_member(good[suffix], part, _declared)
        yield Broken(f"entities{suffix}", entities, r"declares XML entities.*Save it anew|damaged \(.+\)\. ")
    yield Broken("big.md", b"a" * (20 * MB + 1), r"too large \(20\.0 MB\)\. Split it")
    yield Broken("big.pdf", good[".pdf"] + bytes(20 * MB), r"too large \(20\.0 MB\)\. Split it")
    yield Broken("legacy.doc", COMPOUND, r'unknown file type "\.doc"\. Save it as \.docx')
    yield Broken("program.exe", b"MZ\x90\x00", r'unknown file type "\.exe"\. Known types: ')
    yield Broken("no-suffix", b"text", r'unknown file type ""\. Known types: ')


def hostile_archives() -> Iterator[tuple[str, bytes, list[tuple[str, str]]]]:
    """Archives (name, content) with what is said of each bad member: its name after the archive's, a pattern.

    Each holds a good member as well, which goes in.
    """

    def saved(name: str) -> dict[str, bytes]:
        return {f"{name}-rest.md": f"# The {name} rest\n\nWhat the {name} archive holds besides.\n".encode()}

    bomb = files.archive({"zeros.txt": bytes(19 * MB), **saved("bomb")})
    yield "bomb.zip", bomb, [("zeros.txt", "more than 200 times its size.* Leave it out")]
    large = files.archive({"large.md": bytes(21 * MB), **saved("large")})
    yield "large.zip", large, [("large.md", r"too large \(21\.0 MB\)\. Split it")]
    paths = ("../up.md", "a/../../up.md", "/etc/up.md", "C:/up.md", "..\\up.md")
    out = files.archive({**dict.fromkeys(paths, b"# Out\n\nout"), **saved("out")})
    yield "out.zip", out, [(path.replace("\\", "/"), "leads out of the archive.* Pack it again") for path in paths]
    locked = encrypted(files.archive({"locked.md": b"# Locked\n\nlocked"}), files.archive(saved("locked")))
    yield "locked.zip", locked, [("locked.md", r"encrypted\. Pack it without a password")]
    deep = {"deep.md": b"# Deep\n\ndeep"}
    for level in range(3):
        deep = {f"level{level}.zip": files.archive(deep)}
    yield (
        "nested.zip",
        files.archive({**deep, **saved("nested")}),
        [("level2.zip/level1.zip", "an archive too deep in others.* Ingest it as a file of its own")],
    )
    mixed = files.archive({"a.png": PNG, "b.pdf": b"%PDF-1.7 cut", **saved("mixed")})
    yield "mixed.zip", mixed, [("a.png", r'unknown file type "\.png"'), ("b.pdf", r"damaged \(.+\)\. ")]


def encrypted(first: bytes, second: bytes) -> bytes:
    """The members of two archives in one, those of the first flagged as encrypted."""
    file = io.BytesIO(first)
    with zipfile.ZipFile(io.BytesIO(second)) as more, zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as target:
        for info in more.infolist():
            target.writestr(info, more.read(info))
    changed = bytearray(file.getvalue())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.index(signature) + offset
        changed[at : at + 2] = struct.pack("<H", 1)
    return bytes(changed)


def _declared(xml: bytes) -> bytes:
    """A part of an office file that declares an entity."""
    start = xml.index(b"?>") + 2 if xml.startswith(b"<?xml") else 0
    return xml[:start] + b'<!DOCTYPE x [<!ENTITY a "bb">]>' + xml[start:]


def _bomb(docx: bytes) -> bytes:
    padding: Callable[[bytes], bytes] = lambda old: old + b" " * 60 * MB  # noqa: E731
    return files.with_member(docx, "word/document.xml", padding)
