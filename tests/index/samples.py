"""Passages made for the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from corpus.model import Passage, PassageKind, SectionKind


def passage(
    document_id: str,
    text: str,
    *,
    locale: str = "en",
    ordinal: int = 0,
    title: str = "",
    audience: str = "public",
    jurisdictions: tuple[str, ...] = ("*",),
    effective_from: date = date(2000, 1, 1),
    effective_until: date | None = None,
) -> Passage:
    return Passage(
        id=f"{document_id}/{locale}/{ordinal}",
        document_id=document_id,
        locale=locale,
        title=title,
        category="test",
        section=SectionKind.BODY,
        kind=PassageKind.PROSE,
        heading="",
        ordinal=ordinal,
        text=text,
        tokens=len(text),
        audience=audience,
        jurisdictions=jurisdictions,
        effective_from=effective_from,
        effective_until=effective_until,
    )


DESK = (
    passage("wd-delayed", "A withdrawal may be delayed while the network confirms it.", title="Withdrawal delayed"),
    passage("wd-delayed", "If it takes more than a day, write to us with the TxID.", ordinal=1),
    passage("wd-delayed", "提现可能因网络拥堵而延迟到账，请等待区块确认。", locale="zh-CN", title="提现未到账"),
    passage("wd-fee", "The fee of a USDT-TRC20 withdrawal is 1 USDT, and 0.1% in the app.", title="Withdrawal fees"),
    passage("wd-fee", "TRC20 网络提现手续费为 1 USDT。", locale="zh-CN", title="提现手续费"),
    passage("acc-2fa", "Lost your authenticator? Reset it with your backup key.", title="Two-factor reset"),
    passage("acc-2fa", "验证器丢失时，可以用备用密钥重置两步验证。", locale="zh-CN", title="重置两步验证"),
    passage("sec-phishing", "Our staff never ask for your password or your seed phrase.", title="Phishing"),
)


def question(answer: Passage, text: str, number: int = 0) -> Passage:
    """A phrasing of a customer that stands for `answer`."""
    kind, key = PassageKind.QUESTION, f"{answer.id}?{number}"
    return replace(answer, id=key, kind=kind, ordinal=100 + number, text=text, stands_for=answer.id)


def many(prefix: str, count: int) -> list[Passage]:
    return [passage(f"{prefix}-{n}", f"{prefix} passage {n} says {n * 7919 % 10007}") for n in range(count)]
