from __future__ import annotations

import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import DocumentError
from corpus.loaders import pdf_layout
from corpus.loaders.pdf import load
from corpus.loaders.source import Source
from corpus.model import Document, Section, SectionKind, Table
from tests.corpus.loaders import files
from tests.corpus.loaders.files import SONG, drawn, grid, page_break, space, text

LONG = (
    "提现申请提交后，系统会在三十分钟内完成审核；如果网络拥堵，到账时间可能延长到数小时，请耐心等待，"
    "并在资金记录中查看进度。"
)
ENGLISH = (
    "The request is reviewed within thirty minutes, and the funds arrive once the network has confirmed the transfer, "
    "which may take longer when many people use it at the same time."
)


def read(content: bytes, name: str = "手册.pdf") -> Document:
    return load(Source(name, content))


def shapes(document: Document) -> list[tuple[int | None, str, tuple[str, ...], tuple[str, ...]]]:
    return [(s.page, s.heading, s.paragraphs, s.steps) for s in document.sections]


@pytest.fixture(scope="module")
def manual() -> Document:
    return read(
        files.pdf(
            [
                text("提现指南", 20),
                text(LONG),
                text("一、步骤", 14),
                text(
                    "1. 打开钱包页面，选择要提现的币种，并确认网络与收款方一致，否则资金可能无法找回，请务必反复核对。"
                ),
                text("2. 输入地址和数量。"),
                page_break(),
                text("3. 提交并完成验证。"),
                text("• 审核时会发邮件"),
                text("二、费用", 14),
                grid([["网络", "手续费"], ["TRC20", "1 USDT"], ["ERC20", "5 USDT"]]),
                text(LONG),
                page_break(),
                text(LONG),
                text("三、English", 14),
                text(ENGLISH, font="Helvetica", chinese=False),
            ],
            header="有据交易所 用户手册",
            footer="第 {page} 页",
        )
    )


def test_headings_steps_tables_and_pages(manual: Document) -> None:
    assert (manual.title, manual.id, manual.locale) == ("提现指南", "手册", "zh-CN")
    assert shapes(manual) == [
        (1, "", (LONG,), ()),
        (
            1,
            "一、步骤",
            (),
            (
                "打开钱包页面，选择要提现的币种，并确认网络与收款方一致，否则资金可能无法找回，请务必反复核对。",
                "输入地址和数量。",
                "提交并完成验证。",
            ),
        ),
        (2, "一、步骤", ("审核时会发邮件",), ()),
        (2, "二、费用", (LONG,), ()),
        (3, "二、费用", (LONG,), ()),
        (3, "三、English", (ENGLISH,), ()),
    ]
    assert manual.sections[3].tables == (Table(("网络", "手续费"), (("TRC20", "1 USDT"), ("ERC20", "5 USDT"))),)


def test_what_runs_along_the_edges_is_left_out(manual: Document) -> None:
    assert "用户手册" not in str(manual.sections)
    assert "第 1 页" not in str(manual.sections)


def test_chapters_that_run_along_their_pages_and_tables_of_contents() -> None:
    def draw(canvas: Canvas) -> None:
        for page in range(1, 9):
            canvas.setFont("Helvetica", 10)
            canvas.drawString(60, 800, f"Chapter {page // 3}: {'ABC'[page // 3]} things {page + 4}")
            canvas.drawString(60, 780, f"The fee {'rose' * page} to {page + 4}")
            canvas.drawString(60, 600, "1 Deposits ........ 4" if page == 1 else f"Text {page}.")
            canvas.showPage()

    texts = " ".join(text for section in read(drawn(draw), "a.pdf").sections for text in section.paragraphs)
    assert "Chapter" not in texts
    assert "...." not in texts
    # Only the outermost line of a page may be its number's.
    assert [f"The fee {'rose' * page} to {page + 4}" in texts for page in range(1, 9)] == [True] * 8
    assert [f"Text {page}." in texts for page in range(2, 9)] == [True] * 7


def test_the_title_stays_where_it_also_runs_along_the_pages() -> None:
    story = [text("Handbook", 20, font="Helvetica"), *[text(ENGLISH, font="Helvetica"), page_break()] * 3]
    document = read(files.pdf(story[:-1], header="Handbook"))
    assert document.title == "Handbook"
    assert "Handbook" not in str(document.sections)


def test_two_columns_without_rules_may_be_names_with_meanings() -> None:
    rows = [["-c", "checks the syntax"], ["-h", "shows this help"], ["-v", "shows the version"]]
    assert read(files.pdf([grid(rows, ruled=False)])).sections[0].tables == (
        Table(("", ""), tuple((name, meaning) for name, meaning in rows)),
    )
    bold = [("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold")]
    headed = [["Coin", "Network"], ["USDT", "TRC20"], ["BTC", "Bitcoin"]]
    assert read(files.pdf([grid(headed, ruled=False, spans=bold)])).sections[0].tables == (
        Table(("Coin", "Network"), (("USDT", "TRC20"), ("BTC", "Bitcoin"))),
    )


def test_a_paragraph_goes_on_over_the_page() -> None:
    filler = [text(f"第{n}句话说完了。") for n in range(33)]
    document = read(files.pdf([*filler, text(LONG * 6), text("下一段。")]))
    whole = [text for section in document.sections for text in section.paragraphs]
    assert LONG * 6 in whole
    assert whole[-1] == "下一段。"
    assert [s.page for s in document.sections] == [1, 2]


def test_words_parted_at_the_end_of_a_line() -> None:
    lines = "A with-<br/>drawal needs two-<br/>factor codes; an e-mail-<br/>based one."
    document = read(
        files.pdf([text(lines + " The email and e-mail-based ways are slow.", font="Helvetica", chinese=False)])
    )
    (paragraph,) = document.sections[0].paragraphs
    assert paragraph.startswith("A withdrawal needs two-factor codes; an e-mail-based one.")


def test_bold_lines_are_headings_where_most_text_is_not() -> None:
    body = [text(ENGLISH, font="Helvetica", chinese=False)]
    bold = [text("Deposits", font="Helvetica-Bold", chinese=False)]
    document = read(files.pdf([*body, *bold, *body, *body]))
    assert [(s.heading, len(s.paragraphs)) for s in document.sections] == [("", 1), ("Deposits", 2)]
    emphatic = read(files.pdf([text(ENGLISH, font="Helvetica-Bold", chinese=False)] * 3))
    assert [(s.heading, len(s.paragraphs)) for s in emphatic.sections] == [("", 3)]


def test_tables_with_merged_cells_without_rules_and_over_pages() -> None:
    merged = grid([["网络", "费用"], ["ERC20", "5"], ["", "6"]], spans=[("SPAN", (0, 1), (0, 2))])
    assert read(files.pdf([merged])).sections[0].tables == (Table(("网络", "费用"), (("ERC20", "5"), ("ERC20", "6"))),)
    rows = [["Level", "Maker", "Taker"], ["VIP 0", "0.10 %", "0.12 %"], ["VIP 1", "0.08 %", "0.10 %"]]
    plain = read(files.pdf([text("Rates apply from today on.", font="Helvetica"), grid(rows, ruled=False)]))
    assert plain.sections[0].tables == (Table(tuple(rows[0]), tuple(map(tuple, rows[1:]))),)
    assert plain.sections[0].paragraphs == ("Rates apply from today on.",)
    parted = read(files.pdf([grid([["币种", "最低"], ["BTC", "1"]]), page_break(), grid([["ETH", "2"], ["SOL", "3"]])]))
    assert [(s.page, s.tables[0]) for s in parted.sections] == [
        (1, Table(("币种", "最低"), (("BTC", "1"),))),
        (2, Table(("币种", "最低"), (("ETH", "2"), ("SOL", "3")))),
    ]


def test_columns_are_read_one_after_the_other() -> None:
    words = ENGLISH.split()

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60, 780, "A line that runs across both of the columns of this page, as an abstract would do.")
        for side, x in (("Left", 60), ("Right", 320)):
            for line in range(10):
                canvas.drawString(x, 740 - 14 * line, f"{side} {line} " + " ".join(words[line : line + 6])[:38] + ",")

    texts = " ".join(p for s in read(drawn(draw)).sections for p in s.paragraphs)
    order = [texts.index(f"{side} {line}") for side in ("Left", "Right") for line in range(10)]
    assert order == sorted(order)


def test_raised_figures_rotated_text_and_double_letters() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 12)
        canvas.drawString(60, 700, "The most is 10")
        canvas.drawString(300, 640, "Bold")
        canvas.drawString(300.2, 640, "Bold")
        canvas.setFont("Helvetica", 7)
        canvas.drawString(60 + canvas.stringWidth("The most is 10", "Helvetica", 12), 706, "8")
        canvas.setFont("Helvetica", 40)
        canvas.saveState()
        canvas.translate(200, 200)
        canvas.rotate(45)
        canvas.drawString(0, 0, "CONFIDENTIAL")
        canvas.restoreState()

    document = read(drawn(draw), "a.pdf")
    assert [s.paragraphs for s in document.sections] == [("The most is 10⁸", "Bold")]


def picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 20), "red")), 0, 0, *A4)


def test_refusals() -> None:
    def scanned(canvas: Canvas) -> None:
        for _ in range(2):
            picture(canvas)
            canvas.showPage()

    good = files.pdf([text(LONG)])
    for content, message in (
        (b"", "empty"),
        (b"hello", "not a PDF"),
        (files.pdf([text("x")], password="secret"), "encrypted.*without a password"),
        (drawn(scanned), "2 of 2 pages are pictures without text.*OCR"),
        (drawn(lambda canvas: canvas.showPage()), "empty"),
        (good[: len(good) // 2], "damaged .its end is missing"),
        (b"%PDF-1.7\nnothing %%EOF", "damaged|empty"),
        (good.replace(b"/Page", b"/Rage"), "damaged|empty"),
    ):
        with pytest.raises(DocumentError, match=rf"^手册\.pdf: .*(?:{message})"):
            read(content)


def test_a_few_pictures_do_not_matter() -> None:
    def draw(canvas: Canvas) -> None:
        for page in range(3):
            canvas.setFont(SONG, 12)
            canvas.drawString(60, 600, "提现须知" if page else "")
            picture(canvas)
            canvas.showPage()

    assert read(drawn(draw)).sections[0].page == 2


def bomb(size: int) -> bytes:
    """A PDF of a few kilobytes whose page unpacks to `size` spaces."""
    packer = zlib.compressobj(9)
    piece = b" " * 1024 * 1024
    data = b"".join([*(packer.compress(piece) for _ in range(size // len(piece))), packer.flush()])
    head = (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % len(data)
    )
    return head + data + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.mark.skipif(sys.platform == "win32", reason="the process has no limits there")
def test_a_bomb_takes_only_the_process_that_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.loaders.pdf.MEMORY", 400 * 1024 * 1024)
    assert read(files.pdf([text(LONG)])).sections
    with pytest.raises(DocumentError, match=r"^手册\.pdf: damaged \(it (needs too much memory|exhausts its reader)\)"):
        read(bomb(512 * 1024 * 1024))
    monkeypatch.setattr("corpus.loaders.pdf.SECONDS", 0)
    with pytest.raises(DocumentError, match=r"^手册\.pdf: damaged \(it (takes too long|exhausts its reader)"):
        read(files.pdf([text(LONG)]))


def test_nothing_of_the_surroundings_reaches_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    # A folder named in PYTHONPATH, or this package's own html.py, must not be imported instead of a library.
    monkeypatch.setenv("PYTHONPATH", str(Path(pdf_layout.__file__).parent))
    assert read(files.pdf([text(LONG)])).sections == (Section(SectionKind.BODY, "", (LONG,), page=1),)


def test_the_process_by_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-I", pdf_layout.__file__, str(2**31), "60"],
        input=b"%PDF-1.4 no",
        capture_output=True,
        check=True,
    )
    assert done.stdout.startswith(b'{"fault": "damaged"')


def test_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_layout, "MAX_PAGES", 1)
    content = files.pdf([text("一"), page_break(), text("二")])
    assert list(pdf_layout.read_pages(content)) == [{"fault": "pages", "detail": "2"}]
    monkeypatch.setattr(pdf_layout, "MAX_PAGES", 2)
    monkeypatch.setattr(pdf_layout, "MAX_CHARACTERS", 1)
    assert list(pdf_layout.read_pages(content))[-1] == {"fault": "text", "detail": ""}


GOOD = files.pdf([text("提现", 20), text(LONG), space(10), grid([["a", "b"], ["c", "d"]])])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=4)), max_size=6), st.booleans())
def test_damage_never_escapes(edits: list[tuple[int, bytes]], cut: bool) -> None:
    damaged = bytearray(GOOD)
    for at, new in edits:
        damaged[at : at + len(new)] = new
    content = bytes(damaged[: edits[0][0]] if cut and edits else damaged)
    for page in pdf_layout.read_pages(content):
        assert set(page) == {"fault", "detail"} or {"page", "blocks", "images"} <= set(page)
