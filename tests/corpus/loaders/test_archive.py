from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.loaders import archive
from corpus.loaders.archive import Budget, Member, is_safe, members
from tests.corpus.loaders import files


def packed(write: Callable[[zipfile.ZipFile], None]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        write(target)
    return file.getvalue()


def read(content: bytes) -> list[Member]:
    return list(members("a.zip", content, Budget()))


def faults(content: bytes) -> list[str]:
    return [member.fault for member in read(content)]


def test_files_in_order_hidden_ones_left_out() -> None:
    names = ("b/2.md", "a.md", ".git/x", "b/.h.md", "__MACOSX/a.md", "Thumbs.db", "d/desktop.ini", "~$a.docx", "e/")
    found = read(files.archive(dict.fromkeys(names, b"x")))
    assert [(m.name, m.content, m.fault) for m in found] == [("b/2.md", b"x", ""), ("a.md", b"x", "")]


@pytest.mark.parametrize("codec", ["gbk", "utf-8", "big5", "cp437"])
def test_names_in_the_encodings_of_old_programs(codec: str) -> None:
    name = "café.md" if codec == "cp437" else "幫助中心說明/費率表.md"
    placeholder = "n" * len(name.encode(codec))
    content = files.archive({placeholder: b"x"}).replace(placeholder.encode(), name.encode(codec))
    assert [member.name for member in read(content)] == [name]


def test_names_with_the_flag_for_utf8_and_with_backslashes() -> None:
    assert [m.name for m in read(files.archive({"费率.md": b"x", "a\\b.md": b"y"}))] == ["费率.md", "a/b.md"]


@pytest.mark.parametrize(
    "name",
    ["../a.md", "a/../../b.md", "/etc/a.md", "C:/a.md", "c:a.md", "..\\a.md", "\\\\host\\a.md", "a//b.md", "a/ /b.md",
     "a\x01.md", "a\u202egm.md"],
)  # fmt: skip
def test_unsafe_names_are_refused(name: str) -> None:
    (fault,) = faults(files.archive({name: b"x"}))
    assert fault.startswith("a.zip/")
    assert "leads out of the archive or cannot be used" in fault
    assert fault.isprintable()


def link(target: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("a.md")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    target.writestr(info, "/etc/passwd")


def encrypted(content: bytes) -> bytes:
    """The same archive with the flag of encrypted members."""
    changed = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature) + offset
        changed[at : at + 2] = struct.pack("<H", 1)
    return bytes(changed)


def lying(content: bytes, size: int) -> bytes:
    """The same archive, whose member says that it has another size."""
    changed = bytearray(content)
    at = content.index(b"PK\x01\x02") + 24
    changed[at : at + 4] = struct.pack("<I", size)
    return bytes(changed)


def damaged(content: bytes) -> bytes:
    at = content.index(b"PK\x03\x04") + 40
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


MB = 1024 * 1024
ONE = files.archive({"a.md": bytes(range(256)) * 4})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (packed(link), "a link"),
        (encrypted(ONE), "encrypted.*without a password"),
        (packed(lambda z: z.writestr("a.md", b"x", zipfile.ZIP_LZMA)), "packed in an unusual way"),
        (packed(lambda z: z.writestr("a.md", b"x", zipfile.ZIP_BZIP2)), "packed in an unusual way"),
        (files.archive({"a.md": b"\x00" * 21 * MB}), r"too large \(21\.0 MB\)"),
        (files.archive({"a.md": b"\x00" * 2 * MB}), "more than 200 times its size"),
        (damaged(ONE), "damaged"),
        (lying(ONE, 100), "damaged"),
        (lying(ONE, 3 * MB), "more than 200 times|damaged"),
    ],
)
def test_members_that_are_refused(content: bytes, message: str) -> None:
    (member,) = read(content)
    assert member.content == b""
    with pytest.raises(DocumentError, match=rf"^a\.zip/a\.md: .*(?:{message})"):
        raise DocumentError(member.fault)


def test_one_bad_member_does_not_stop_the_rest() -> None:
    assert faults(files.archive({"../a.md": b"x", "b.md": b"y"}))[1] == ""


def test_limits_hold_over_nested_archives(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = Budget(members=3, size=10)
    assert [m.fault == "" for m in members("a.zip", files.archive({"a": b"x" * 6, "b": b"x" * 6}), budget)] == [
        True,
        False,
    ]
    with pytest.raises(DocumentError, match=r"^b\.zip: more than 2,000 files"):
        list(members("b.zip", files.archive({"a": b"", "b": b""}), budget))
    assert Budget() == Budget(archive.MAX_MEMBERS, archive.MAX_UNPACKED)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not an archive", ONE[:-30], ONE[: len(ONE) // 2]])
def test_damaged_archives(content: bytes) -> None:
    with pytest.raises(DocumentError, match=r"^a\.zip: damaged .*Pack it again"):
        read(content)


@given(st.lists(st.sampled_from(["..", ".", "a", "C:", "", " ", "b.md", "\x00", "~", "提现"]), min_size=1, max_size=6))
def test_a_safe_path_stays_in_its_folder(parts: list[str]) -> None:
    path = "/".join(parts)
    if is_safe(path):
        assert ".." not in parts
        assert not path.startswith("/")
        assert all(part.strip() for part in parts)


@given(st.binary(max_size=40), st.integers(0, len(ONE) - 1))
def test_damage_never_escapes(new: bytes, at: int) -> None:
    content = ONE[:at] + new + ONE[at + len(new) :]
    for member in files.used_or_refused("a.zip", lambda: read(content)) or ():
        assert member.fault.startswith("a.zip/") or member.content == bytes(range(256)) * 4
