from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.presentation import Presentation
from pptx.util import Inches

from corpus.errors import DocumentError
from corpus.loaders import pptx as loader
from corpus.loaders.pptx import load
from corpus.loaders.source import Source
from corpus.model import Document, Table
from tests.corpus.loaders.files import pptx, used_or_refused, with_member

PLACE = (Inches(1), Inches(2), Inches(4), Inches(1))


def read(write: Callable[[Presentation], object]) -> Document:
    return load(Source("培训.pptx", pptx(write)))


def slide(slides: Presentation, title: str, *lines: str, layout: int = 1) -> object:
    added = slides.slides.add_slide(slides.slide_layouts[layout])
    if added.shapes.title is not None:
        added.shapes.title.text = title
    if lines:
        added.placeholders[1].text = "\n".join(lines)
    return added


def test_slides_are_sections_with_their_tables_and_notes() -> None:
    def write(slides: Presentation) -> None:
        first = slides.slides.add_slide(slides.slide_layouts[1])
        first.shapes.title.text = "手续费\v说明"
        frame = first.placeholders[1].text_frame
        frame.text = "要点"
        frame.add_paragraph().text = "细节"
        frame.paragraphs[1].level = 1
        first.notes_slide.notes_text_frame.text = "口头说明"
        second = slides.slides.add_slide(slides.slide_layouts[5])
        second.shapes.title.text = "费率"
        table = second.shapes.add_table(3, 2, *PLACE).table
        for row, cells in enumerate([("网络", "费用"), ("ERC20", "5"), ("", "6")]):
            for column, value in enumerate(cells):
                table.cell(row, column).text = value
        table.cell(1, 0).merge(table.cell(2, 0))
        hidden = slides.slides.add_slide(slides.slide_layouts[1])
        hidden.shapes.title.text = "隐藏"
        hidden._element.set("show", "0")
        slide(slides, "只有标题", layout=5)

    document = read(write)
    assert (document.title, document.id, document.locale) == ("手续费 说明", "培训", "zh-CN")
    assert [(s.page, s.part, s.heading, s.paragraphs) for s in document.sections] == [
        (1, "", "手续费 说明", ("要点\n- 细节",)),
        (1, "notes", "手续费 说明", ("口头说明",)),
        (2, "", "费率", ()),
        (4, "", "只有标题", ("只有标题",)),
    ]
    assert document.sections[2].tables == (Table(("网络", "费用"), (("ERC20", "5"), ("ERC20", "6"))),)


def test_numbered_paragraphs_are_steps_and_pages_follow() -> None:
    def write(slides: Presentation) -> None:
        first = slides.slides.add_slide(slides.slide_layouts[1])
        first.shapes.title.text = "提现"
        frame = first.placeholders[1].text_frame
        frame.text = "打开\n点击"
        for paragraph in frame.paragraphs:
            numbering = parse_xml(f'<a:buAutoNum {nsdecls("a")} type="arabicPeriod"/>')
            paragraph._p.get_or_add_pPr().append(numbering)
        slide(slides, "充值", "1. 复制地址", "2. 转账")
        slide(slides, "", "没有标题的一页")

    assert [(s.page, s.heading, s.steps, s.paragraphs) for s in read(write).sections] == [
        (1, "提现", ("打开", "点击"), ()),
        (2, "充值", ("复制地址", "转账"), ()),
        (3, "", (), ("没有标题的一页",)),
    ]


def test_shapes_are_read_from_top_to_bottom_and_furniture_is_not() -> None:
    def write(slides: Presentation) -> None:
        blank = slides.slides.add_slide(slides.slide_layouts[6])
        for text, top in (("下", 4), ("上", 1)):
            blank.shapes.add_textbox(Inches(1), Inches(top), Inches(2), Inches(1)).text_frame.text = text
        group = blank.shapes.add_group_shape()
        for text, left in (("中右", 3), ("中左", 1)):
            box = group.shapes.add_textbox(Inches(left), Inches(2), Inches(1), Inches(1))
            box.text_frame.text = text
        number = parse_xml(
            f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="90" name="n"/><p:cNvSpPr/><p:nvPr><p:ph type="sldNum"/>'
            "</p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>17</a:t></a:r></a:p></p:txBody></p:sp>"
        )
        blank.shapes._spTree.append(number)

    (section,) = read(write).sections
    assert section.paragraphs == ("上", "中左", "中右", "下")


def test_runs_keep_their_meaning() -> None:
    def write(slides: Presentation) -> None:
        added = slides.slides.add_slide(slides.slide_layouts[6])
        frame = added.shapes.add_textbox(*PLACE).text_frame
        for text, attributes in (("上限 10", {}), ("8", {"baseline": "30000"}), ("旧", {"strike": "sngStrike"})):
            run = frame.paragraphs[0].add_run()
            run.text = text
            for name, value in attributes.items():
                run._r.get_or_add_rPr().set(name, value)
        frame.paragraphs[0].add_line_break()
        link = frame.paragraphs[0].add_run()
        link.text = "公告"
        link.hyperlink.address = "https://x.example/a"

    assert read(write).sections[0].paragraphs == ("上限 10⁸\n公告（https://x.example/a）",)


def test_texts_of_diagrams() -> None:
    def write(slides: Presentation) -> None:
        added = slides.slides.add_slide(slides.slide_layouts[5])
        added.shapes.title.text = "流程"
        from pptx.opc.package import Part
        from pptx.opc.packuri import PackURI

        uri = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
        data = f"""<dgm:dataModel xmlns:dgm="{uri}" {nsdecls("a")}><dgm:ptLst>
            <dgm:pt modelId="1"><dgm:t><a:p><a:r><a:t>注册</a:t></a:r></a:p></dgm:t></dgm:pt>
            <dgm:pt modelId="2" type="parTrans"><dgm:t><a:p><a:r><a:t>箭头</a:t></a:r></a:p></dgm:t></dgm:pt>
            <dgm:pt modelId="3"><dgm:t><a:p><a:r><a:t>验证</a:t></a:r></a:p></dgm:t></dgm:pt>
            </dgm:ptLst></dgm:dataModel>"""
        part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/xml", slides.part.package, data.encode())
        key = added.part.relate_to(part, uri + "/data")
        frame = parse_xml(
            f'<p:graphicFrame {nsdecls("p", "a", "r")}><p:nvGraphicFramePr><p:cNvPr id="91" name="d"/>'
            "<p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>"
            "<p:xfrm><a:off x='0' y='0'/><a:ext cx='1' cy='1'/></p:xfrm>"
            f'<a:graphic><a:graphicData uri="{uri}"><dgm:relIds xmlns:dgm="{uri}" r:dm="{key}"/></a:graphicData>'
            "</a:graphic></p:graphicFrame>"
        )
        added.shapes._spTree.append(frame)

    assert read(write).sections[0].paragraphs == ("注册", "验证")


def test_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    def picture(slides: Presentation) -> None:
        added = slides.slides.add_slide(slides.slide_layouts[6])
        file = io.BytesIO()
        Image.new("RGB", (9, 9)).save(file, "PNG")
        added.shapes.add_picture(file, 0, 0)

    good = pptx(lambda slides: slide(slides, "标题", "文字"))
    entities = b'<!DOCTYPE p [<!ENTITY a "aaaa">]><p>&a;</p>'
    for content, message in (
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "encrypted, or of the old kind"),
        (good[:500], "damaged"),
        (pptx(lambda slides: None), "empty"),
        (pptx(picture), "empty.*Pictures of text"),
        (with_member(good, "ppt/slides/slide1.xml", lambda _: entities), "declares XML entities"),
        (with_member(good, "ppt/slides/slide1.xml", lambda old: old[:200]), "damaged"),
        (with_member(good, "ppt/_rels/presentation.xml.rels", lambda _: b"<x/>"), "damaged"),
    ):
        with pytest.raises(DocumentError, match=rf"^a\.pptx: .*(?:{message})"):
            load(Source("a.pptx", content))
    monkeypatch.setattr(loader, "MAX_SLIDES", 0)
    with pytest.raises(DocumentError, match="more than 0 slides"):
        load(Source("a.pptx", good))


GOOD = pptx(lambda slides: slide(slides, "标题", "文字"))


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["ppt/slides/slide1.xml", "ppt/presentation.xml", "ppt/slides/_rels/slide1.xml.rels"]), st.data()
)
def test_damage_never_escapes(part: str, data: st.DataObject) -> None:
    def change(old: bytes) -> bytes:
        begin = data.draw(st.integers(0, len(old)))
        end = data.draw(st.integers(begin, min(len(old), begin + 200)))
        return old[:begin] + data.draw(st.sampled_from([b"", b"<a:p>", b'"9999"', b"\xff", b"&x;"])) + old[end:]

    content = with_member(GOOD, part, change)
    used_or_refused("a.pptx", lambda: load(Source("a.pptx", content)))
