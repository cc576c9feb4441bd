"""Traditional Chinese with the terms of a help desk in Taiwan."""

from __future__ import annotations

import pytest

from corpus.model import Document, Section, SectionKind, Table
from corpus.traditional import to_traditional, traditional


@pytest.mark.parametrize(
    ("simplified", "expected"),
    [
        ("网络", "網路"),
        ("提现审核通过", "提現審核通過"),
        ("高级认证", "高級認證"),
        ("注销账户", "註銷帳戶"),
        ("退出登录", "退出登入"),
        ("证明文件", "證明文件"),
        ("绑定邮箱", "綁定郵箱"),
        ("API 密钥权限", "API 金鑰權限"),
        ("算法型稳定币", "演算法型穩定幣"),
        ("连接钱包", "連接錢包"),
        ("USDT（TRC20）0.1%", "USDT（TRC20）0.1%"),
        ("Withdraw to 0xAbC", "Withdraw to 0xAbC"),
    ],
)
def test_terms_are_those_of_the_reader(simplified: str, expected: str) -> None:
    assert to_traditional(simplified) == expected


def test_a_document_is_converted_whole_and_keeps_its_meaning() -> None:
    document = Document(
        id="wd-how",
        locale="zh-CN",
        title="提现手续费",
        category="withdrawal",
        sections=(
            Section(
                SectionKind.PAIR,
                "网络怎么选",
                ("请选择网络。",),
                ("打开页面。",),
                (Table(("网络", "手续费"), (("TRC20", "1 USDT"),)),),
                questions=("网络选哪个",),
                part="qa-network",
            ),
        ),
        questions=("提现多少钱",),
        notices=("SAFETY",),
    )
    converted = traditional(document)
    (section,) = converted.sections
    assert (converted.id, converted.locale, converted.title) == ("wd-how", "zh-TW", "提現手續費")
    assert (section.heading, section.paragraphs, section.part) == ("網路怎麼選", ("請選擇網路。",), "qa-network")
    assert section.tables[0].headers == ("網路", "手續費")
    assert section.tables[0].rows == (("TRC20", "1 USDT"),)
    assert (converted.questions, section.questions) == ((), ()), "questions of all languages lead to it anyway"
    assert converted.notices == ("SAFETY",)
