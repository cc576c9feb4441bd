"""Sentences, for citation: each one should stand alone when it is quoted.

Own rules rather than a library. Of those that know both Chinese and English, `sentencex` 1.0 was tried: it leaves a
closing bracket at the head of the next sentence (`再提现。` / `」好`), cuts `Lv. 2`, slows down with the square of the
number of quotation marks and panics on some Japanese text. `pysbd` and `blingfire` have had no release since 2021.
"""

from __future__ import annotations

import re

_CLOSERS = "”’」』）】〉》〕｣＂＇\"')]}"
_OPENER_OF = dict(zip("”’」』）】〉》〕｣)]}\"'", "“‘「『（【〈《〔｢([{\"'", strict=True))
_STOP = re.compile(rf"[.!?…。！？｡．؟।۔]+([{re.escape(_CLOSERS)}]*)")
_STRONG = re.compile("[。！？｡．।۔؟]")
_WIDE = re.compile("[\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff60]")
_CONTINUES = re.compile(r"[,;:、，；：)\]”’」』）】]")
_NEXT = re.compile(r"(\s*)(\S)")
_QUOTING = re.compile("と|って|を|から")
"""Particles that take a quotation up (「はい。」と言った) and hardly ever open a sentence."""
_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*$")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")

_NEVER_LAST = frozenset({"cf", "dr", "e.g", "i.e", "mr", "mrs", "ms", "prof", "vs", "viz"})
"""Abbreviations after which a sentence goes on, whatever follows."""
_BEFORE_NUMBER = frozenset(
    {
        "approx",
        "art",
        "ca",
        "ch",
        "eq",
        "fig",
        "lv",
        "max",
        "min",
        "no",
        "nr",
        "nos",
        "p",
        "pp",
        "sec",
        "ver",
        "v",
        "vol",
    }
)
"""Abbreviations only before a figure: "No. 5", "Lv. 2"."""
_REACH = 200
"""How far back the opening partner of a closing mark is looked for; it keeps the scan linear."""


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of `text` in order, each stripped; only white space between them is lost.

    A line break always ends a sentence. A full stop does not inside a number, a domain or an abbreviation, and a
    quotation or a bracket inside a Chinese sentence (`点击“忘记密码？”继续`) does not break it.
    """
    return tuple(text[start:end] for start, end in sentence_spans(text))


def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where the sentences of `split_sentences` begin and end in `text`: `text[begin:end]` is one of them."""
    spans: list[tuple[int, int]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        begin = start
        for match in _STOP.finditer(text, start, end):
            if _ends_sentence(text, begin, match, end):
                spans.append((begin, match.end()))
                begin = match.end()
        spans.append((begin, end))
        start = end
    return tuple(trimmed for span in spans if (trimmed := _trim(text, span)) is not None)


def _trim(text: str, span: tuple[int, int]) -> tuple[int, int] | None:
    piece = text[span[0] : span[1]]
    begin = span[0] + len(piece) - len(piece.lstrip())
    end = span[0] + len(piece.rstrip())
    return (begin, end) if begin < end else None


def _ends_sentence(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    after = _NEXT.match(text, match.end(), end)
    if after is None:
        return True
    spaced, following = bool(after[1]), after[2]
    if _CONTINUES.match(following) or (match[1] and _QUOTING.match(text, after.start(2))):
        return False
    wide = bool(_WIDE.match(following))
    if match[1] and wide and not _opened_as_sentence(text, begin, match):
        return False
    run = text[match.start() : match.start(1)]
    if _STRONG.search(run):
        return True
    if "!" in run or "?" in run:
        return wide or (spaced and not following.islower())
    if not spaced or following.islower():
        return False
    if "…" in run or len(run) > 1:
        return following.isupper()
    return _full_stop_ends(text, begin, match, following)


def _full_stop_ends(text: str, begin: int, match: re.Match[str], following: str) -> bool:
    found = _WORD.search(text, max(begin, match.start() - 24), match.start())
    word = found[0] if found else ""
    lower = word.lower()
    if word.isdigit():
        # "1." opens a list item; elsewhere a number may carry a dot ("VIP 0."), so only a capital starts anew.
        return bool(text[begin : match.start() - len(word)].strip()) and following.isupper()
    if lower in _NEVER_LAST or (lower in _BEFORE_NUMBER and following.isdigit()):
        return False
    if lower in {"a.m", "p.m"}:
        return following.isupper()
    # "U.S." and initials ("J. Smith") do not end a sentence.
    return not (_DOTTED.fullmatch(word) and word != "I")


def _opened_as_sentence(text: str, begin: int, match: re.Match[str]) -> bool:
    # `他说：“请稍候。”然后离开` ends at the quotation mark; `点击“忘记密码？”继续` only quotes a label.
    opener = _OPENER_OF.get(match[1][-1], "")
    at = text.rfind(opener, max(begin, match.start() - _REACH), match.start()) if opener else -1
    before = text[begin:at].rstrip() if at - begin <= _REACH else "…"
    return at < 0 or not before or before[-1] in "：:"
