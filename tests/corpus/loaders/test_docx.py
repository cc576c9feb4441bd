from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders.docx import load
from corpus.loaders.source import Source
from corpus.model import Document, SectionKind, Table
from tests.corpus.loaders.files import docx, used_or_refused, with_member


def read(write: Callable[[WordDocument], object], facts: FactsTable | None = None) -> Document:
    return load(Source("手册.docx", docx(write), facts))


def xml(document: WordDocument, body: str) -> None:
    """Adds raw paragraphs and tables."""
    wrapped = parse_xml(f"<w:body {nsdecls('w', 'r')}>{body}</w:body>")
    for element in list(wrapped):
        document.element.body.insert(len(document.element.body) - 1, element)


def test_headings_lists_and_tables() -> None:
    def write(document: WordDocument) -> None:
        document.add_heading("提现指南", 0)
        document.add_paragraph("引言。")
        document.add_heading("步骤", 1)
        document.add_paragraph("打开钱包", style="List Number")
        document.add_paragraph("点击提现", style="List Number")
        document.add_paragraph("要点", style="List Bullet")
        document.add_heading("费用", 2)
        table = document.add_table(rows=3, cols=3)
        for at, row in enumerate([("网络", "费用", "到账"), ("TRC20", "1", "快"), ("TRC20", "2", "快")]):
            for column, value in enumerate(row):
                table.cell(at, column).text = value if (at, column) != (2, 0) else ""
        table.cell(1, 0).merge(table.cell(2, 0))
        document.add_heading("其他", 1)
        document.sections[0].header.paragraphs[0].text = "页眉"
        document.sections[0].footer.paragraphs[0].text = "页脚"

    document = read(write)
    assert (document.title, document.id, document.locale) == ("提现指南", "手册", "zh-CN")
    assert [(s.kind, s.heading, s.paragraphs, s.steps) for s in document.sections] == [
        (SectionKind.BODY, "", ("引言。",), ()),
        (SectionKind.STEPS, "步骤", ("要点",), ("打开钱包", "点击提现")),
        (SectionKind.STEPS, "步骤 › 费用", (), ()),
        (SectionKind.BODY, "其他", ("其他",), ()),
    ]
    assert document.sections[2].tables == (
        Table(("网络", "费用", "到账"), (("TRC20", "1", "快"), ("TRC20", "2", "快"))),
    )
    assert "页" not in str(document.sections)


NUMBERING = """<w:numbering {ns}>
  <w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/></w:lvl>
    <w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl><w:lvl w:ilvl="2"><w:numFmt w:val="lowerLetter"/></w:lvl>
  </w:abstractNum>
  <w:num w:numId="7"><w:abstractNumId w:val="7"/></w:num>
  <w:num w:numId="8"><w:abstractNumId w:val="7"/>
    <w:lvlOverride w:ilvl="0"><w:startOverride w:val="3"/></w:lvlOverride></w:num>
</w:numbering>"""


def item(text: str, number: int = 7, depth: int = 0) -> str:
    return (
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
        f"<w:r><w:t>{text}</w:t></w:r></w:p>"
    )


def test_lists_that_word_numbers() -> None:
    def write(document: WordDocument) -> None:
        numbering = document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING)
        numbering._element = parse_xml(NUMBERING.format(ns=nsdecls("w")))  # type: ignore[attr-defined]
        xml(document, item("打开") + item("iOS", depth=1) + item("安卓", depth=1) + item("点击"))
        document.add_paragraph("插图")
        xml(document, item("确认") + item("甲", 8) + item("乙", 8) + item("不在列表", 0))
        document.add_heading("H", 1)
        xml(document, item("子", depth=1) + item("第四", 7))

    document = read(write)
    assert [(s.heading, s.steps, s.paragraphs) for s in document.sections] == [
        ("", ("打开\n- iOS\n- 安卓", "点击", "确认"), ("插图",)),
        ("", ("甲", "乙"), ("不在列表",)),
        ("H", ("第四",), ("子",)),
    ]


def test_what_a_reader_does_not_see_is_left_out() -> None:
    def write(document: WordDocument) -> None:
        xml(
            document,
            """<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>
              <w:sdtContent><w:p><w:r><w:t>目录</w:t></w:r></w:p></w:sdtContent></w:sdt>
            <w:sdt><w:sdtContent><w:p><w:r><w:t>控件里的字</w:t></w:r></w:p></w:sdtContent></w:sdt>
            <w:p><w:r><w:t xml:space="preserve">费用 </w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>
              <w:ins><w:r><w:t>新</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom>
              <w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>
              <w:r><w:rPr><w:strike/></w:rPr><w:t>2</w:t></w:r>
              <w:r><w:rPr><w:strike w:val="0"/></w:rPr><w:t>3</w:t></w:r>
              <w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>
              <w:r><w:t>10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>8</w:t></w:r>
              <w:r><w:tab/><w:noBreakHyphen/><w:t>端</w:t><w:br/><w:t>下一行</w:t></w:r>
              <w:ruby><w:rt><w:r><w:t>ruby</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>字</w:t></w:r></w:rubyBase></w:ruby></w:p>
            <w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框内文字</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>单格</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
            <w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>
              <w:tc><w:p><w:r><w:t>2</w:t></w:r></w:p></w:tc></w:tr>
            <w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc><w:p><w:r><w:t>右</w:t></w:r></w:p></w:tc></w:tr>
            <w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>宽</w:t></w:r></w:p></w:tc></w:tr>
            <w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>删</w:t></w:r></w:p></w:tc></w:tr></w:tbl>""",
        )

    (section,) = read(write).sections
    assert section.paragraphs == ("控件里的字", "费用 新310⁸ -端\n下一行字", "框内文字", "单格")
    assert section.tables == (Table(("1", "2"), (("", "右"), ("宽", "宽"))),)


def test_notes_stand_after_the_paragraph_and_links_name_their_target() -> None:
    def write(document: WordDocument) -> None:
        key = document.part.relate_to("https://x.example/a", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        xml(
            document,
            f'<w:p><w:r><w:t>见</w:t></w:r><w:hyperlink r:id="{key}"><w:r><w:t>公告</w:t></w:r></w:hyperlink>'
            '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>',
        )

    notes = f"""<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:t>不含网络费。</w:t></w:r></w:p>
        </w:footnote></w:footnotes>"""
    content = with_member(docx(write), "word/footnotes.xml", lambda _: notes.encode())
    content = with_member(
        content,
        "word/_rels/document.xml.rels",
        lambda old: old.replace(
            b"</Relationships>",
            f'<Relationship Id="n1" Type="{RELATIONSHIP_TYPE.FOOTNOTES}" Target="footnotes.xml"/>'.encode()
            + b"</Relationships>",
        ),
    )
    (section,) = load(Source("a.docx", content)).sections
    assert section.paragraphs == ("见公告（https://x.example/a）\n不含网络费。",)


def test_without_heading_styles_short_bold_lines_are_headings() -> None:
    def write(document: WordDocument) -> None:
        for text, bold in (
            ("充值说明", True), ("一段普通的文字。", False), ("到账时间", True), ("半小时。", False),
            ("请勿向陌生人转账。", True), ("1. 甲", False), ("2. 乙", False), ("结尾", True),
        ):  # fmt: skip
            document.add_paragraph().add_run(text).bold = bold
        document.add_paragraph().add_run("换页").add_break(WD_BREAK.PAGE)

    document = read(write)
    assert document.title == "充值说明"
    assert [(s.heading, s.paragraphs, s.steps) for s in document.sections] == [
        ("", ("一段普通的文字。",), ()),
        ("到账时间", ("半小时。", "请勿向陌生人转账。"), ("甲", "乙")),
        ("结尾", ("换页",), ()),
    ]

    def styled(document: WordDocument) -> None:
        document.add_heading("有样式", 1)
        document.add_paragraph().add_run("粗体").bold = True

    assert read(styled).sections[0].paragraphs == ("粗体",)


def test_headings_by_outline_level_and_localised_style() -> None:
    def write(document: WordDocument) -> None:
        document.add_paragraph("开头。")
        style = document.styles.add_style("我的标题", 1)
        style.base_style = document.styles["Heading 2"]
        document.add_paragraph("继承", style="我的标题")
        document.add_paragraph("x")
        paragraph = document.add_paragraph("大纲")
        level = parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="2"/>')
        paragraph._p.get_or_add_pPr().append(level)
        document.add_paragraph("y")
        looped = document.styles.add_style("loop", 1)
        looped.element.append(parse_xml(f'<w:basedOn {nsdecls("w")} w:val="loop"/>'))
        document.add_paragraph("z", style="loop")
        assert looped.element.find(qn("w:basedOn")) is not None

    assert [(s.heading, s.paragraphs) for s in read(write).sections] == [
        ("", ("开头。",)),
        ("继承", ("x",)),
        ("继承 › 大纲", ("y", "z")),
    ]


def test_titles() -> None:
    def core(document: WordDocument) -> None:
        document.core_properties.title = "Core"
        document.add_paragraph("Text that is long enough.")
        document.add_heading("H", 1)
        document.add_paragraph("x")

    assert read(core).title == "Core"
    assert read(lambda document: document.add_paragraph("text")).title == "手册"


def test_placeholders_are_rendered() -> None:
    facts = FactsTable.parse({"facts": {"fee": {"value": 5, "unit": "USDT"}}})
    document = read(lambda d: d.add_paragraph("收 {{fact:fee}}", style="List Number"), facts)
    assert document.sections[0].steps == ("收 5 USDT",)


def text(content: str) -> bytes:
    return docx(lambda document: document.add_paragraph(content))


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><w>&b;</w>'


def bomb(content: bytes, size: int) -> bytes:
    return with_member(content, "word/media/a.xml", lambda _: b" " * size)


def damaged(content: bytes) -> bytes:
    """The packed text itself is wrong, the directory is right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo("word/document.xml")
    at = info.header_offset + 200
    return content[:at] + bytes(255 - byte for byte in content[at : at + 40]) + content[at + 40 :]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "encrypted, or of the old kind.*without a password"),
        (text("x")[:400], "damaged"),
        (text("x")[:-30], "damaged"),
        (damaged(text("正文" * 99)), "damaged"),
        (text(""), "empty"),
        (with_member(text("x"), "word/document.xml", lambda _: b""), "damaged"),
        (with_member(text("x"), "word/document.xml", lambda old: old[:300]), "damaged"),
        (with_member(text("x"), "word/document.xml", lambda _: ENTITIES), "declares XML entities"),
        (with_member(text("x"), "word/document.xml", lambda _: ENTITIES.decode().encode("utf-16")), "entities|damaged"),
        (with_member(text("x"), "word/styles.xml", lambda _: ENTITIES), "declares XML entities"),
        (with_member(text("x"), "_rels/.rels", lambda _: ENTITIES), "declares XML entities"),
        (with_member(text("x"), "[Content_Types].xml", lambda _: b"<x/>"), "damaged"),
        (bomb(text("x"), 60 * 1024 * 1024), "unpacks to 61 MB"),
        (bomb(text("x"), 30 * 1024 * 1024), "unpacks to 31 MB"),
    ],
)
def test_refusals(content: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=rf"^a\.docx: .*(?:{message})"):
        load(Source("a.docx", content))


GOOD = text("一段文字。")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["word/document.xml", "word/styles.xml", "word/numbering.xml", "_rels/.rels"]), st.data())
def test_damage_never_escapes(part: str, data: st.DataObject) -> None:
    def change(old: bytes) -> bytes:
        begin = data.draw(st.integers(0, len(old)))
        end = data.draw(st.integers(begin, min(len(old), begin + 200)))
        return old[:begin] + data.draw(st.sampled_from([b"", b"<w:p>", b'"9999"', b"\xff", b"&x;"])) + old[end:]

    content = with_member(GOOD, part, change)
    used_or_refused("a.docx", lambda: load(Source("a.docx", content)))
