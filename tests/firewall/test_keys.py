"""Keys, seeds, addresses and transaction ids: base58, hexadecimal, bech32, base32 and wrapped."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable

import base58
import pytest

from assistant.firewall.bech32 import is_bech32
from assistant.firewall.ed25519 import is_key_pair
from tests.firewall import samples

Found = Callable[..., list[tuple[str, str]]]
H64 = hashlib.sha256(b"synthetic").hexdigest()
OTHER = hashlib.sha256(b"another").hexdigest()
# RFC 8032, section 7.1, test 1.
SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
PAIR = base58.b58encode(SECRET + PUBLIC).decode()
SIGNATURE = base58.b58encode(hashlib.sha512(b"signature").digest()).decode()


def ripple(payload: bytes) -> str:
    return base58.b58encode_check(payload, alphabet=base58.RIPPLE_ALPHABET).decode()


def stellar(version: int) -> str:
    data = bytes([version]) + hashlib.sha256(b"x").digest()
    return base64.b32encode(data + binascii.crc_hqx(data, 0).to_bytes(2, "little")).decode()


def ton() -> str:
    data = b"\x11\x00" + hashlib.sha256(b"ton").digest()
    return base64.urlsafe_b64encode(data + binascii.crc_hqx(data, 0).to_bytes(2, "big")).decode()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我的私钥是{}", "PRIVATE_KEY"),
        ("private key: {}", "PRIVATE_KEY"),
        ("我的key: 0x{}", "PRIVATE_KEY"),
        ("密钥 {}", "PRIVATE_KEY"),
        ("交易所导出的私钥 {}", "PRIVATE_KEY"),
        ("交易哈希 {}", "TXID"),
        ("我的txid是{}", "TXID"),
        ("https://explorer.example/tx/0x{}", "TXID"),
        ("私钥没泄露，交易哈希：{}", "TXID"),
        ("{} 这是哈希", "TXID"),
        ("提现没到账 0x{}", "TXID"),
        ("提现没到账 {}", "HEX64"),
        ("{}", "HEX64"),
        ("0x{} 帮我看看", "HEX64"),
        ("public key: {}", "HEX64"),
        ("交易所 {}", "HEX64"),
        ("SUI地址 0x{}", "WALLET_ADDRESS"),
    ],
)
def test_64_digits_are_what_the_nearest_label_says(text: str, kind: str, found: Found) -> None:
    assert [name for name, _ in found(text.format(H64))] == [kind]


def test_a_list_of_hashes_shares_its_label(found: Found) -> None:
    assert [name for name, _ in found(f"txid: {H64},\n{OTHER}")] == ["TXID", "TXID"]
    assert [name for name, _ in found(f"txid: {H64} 另外帮我看看下面这个究竟是什么东西 {OTHER}")] == ["TXID", "HEX64"]


def test_history_says_what_the_digits_are(found: Found) -> None:
    assert found(H64, "下面是我的私钥") == [("PRIVATE_KEY", H64)]
    assert found(H64, "下面是我的私钥", "这次发交易哈希") == [("TXID", H64)]


def test_a_broken_key_is_one_key(found: Found) -> None:
    assert found(f"私钥：{H64[:32]}\n{H64[32:]}") == [("PRIVATE_KEY", f"{H64[:32]}\n{H64[32:]}")]
    assert found(f"{H64[:30]} {H64[30:]}") == []


def test_seed_in_hexadecimal_and_odd_lengths(found: Found) -> None:
    assert found(H64 + OTHER) == [("SEED", H64 + OTHER)]
    assert found(H64[:48]) == []
    assert found(f"私钥 {H64[:48]}") == [("API_SECRET", H64[:48])]


@pytest.mark.parametrize("version", [0x80, 0xB0, 0x9E, 0xEF, 0xCC])
def test_import_format_keys_need_no_label(version: int, found: Found) -> None:
    key = samples.wif(9, version)
    assert found(f"导入{key}失败") == [("PRIVATE_KEY", key)]
    broken = key[:-1] + ("1" if key[-1] != "1" else "2")
    assert found(broken) == []
    assert found(f"私钥：{broken}") == [("PRIVATE_KEY", broken)]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("xprv" + "9s21ZrQH143K" * 9, "SEED"),
        ("6P" + "RWdmoT1ZursV" * 4 + "cVr5NiD1", "PRIVATE_KEY"),
        (ripple(b"\x21" + bytes(range(16))), "SEED"),
        (ripple(b"\x01\xe1\x4b" + bytes(range(16))), "SEED"),
        (stellar(0x90), "SEED"),
        (PAIR, "PRIVATE_KEY"),
        ("nsec1" + "q" * 58, "PRIVATE_KEY"),
        (json.dumps(list(SECRET + PUBLIC)), "PRIVATE_KEY"),
        (str(list(SECRET)).replace(" ", ""), "PRIVATE_KEY"),
        ("-----BEGIN EC PRIVATE KEY-----\nMHQC\n-----END EC PRIVATE KEY-----", "SEED"),
        ("-----BEGIN PRIVATE KEY-----\nMHQC", "SEED"),
        ('{"crypto":{"ciphertext":"ab","kdf":"scrypt"}}', "SEED"),
        ("otpauth://totp/desk?secret=JBSWY3DPEHPK3PXP", "OTP"),
    ],
)
def test_unmistakable_secrets(value: str, kind: str, found: Found) -> None:
    assert found(f"你看 {value}") == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2, 3]",
        json.dumps(list(range(200, 264))),
        "keystore 里的 ciphertext 和 kdf 是什么",
        "-----BEGIN PUBLIC KEY-----",
    ],
)
def test_what_only_looks_wrapped_stays(text: str, found: Found) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "value",
    [
        samples.address(0),
        samples.address(5),
        samples.address(0x41),
        samples.address(0x1E),
        samples.address(0x30),
        ripple(b"\x00" + bytes(range(20))),
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
        "0x" + "Ab12" * 10,
        base58.b58encode(hashlib.sha256(b"sol").digest()).decode(),
        stellar(0x30),
        ton(),
        "0:" + H64,
    ],
)
def test_addresses_stay_readable(value: str, found: Found) -> None:
    for text in (value, f"地址是{value}，", f"密码是 {value}"):
        assert found(text) == [("WALLET_ADDRESS", value)]


def test_an_address_without_proof_needs_its_label(found: Found) -> None:
    value = samples.address(0)[:-1] + "1"
    assert found(value) == []
    assert found(f"充值地址 {value}") == [("WALLET_ADDRESS", value)]


def test_solana_signatures_are_public_and_long_lists_are_withheld(found: Found) -> None:
    assert found(SIGNATURE) == [("TXID", SIGNATURE)]
    assert [name for name, _ in found(" ".join([SIGNATURE] * 9 + [PAIR]))] == ["TXID"] * 8 + ["BASE58_64"] * 2


def test_key_pair_test() -> None:
    assert is_key_pair(SECRET + PUBLIC)
    assert not is_key_pair(SECRET + PUBLIC[:-1] + b"\x00")


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("A12UEL5L", True),
        ("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", True),
        ("A1LQFN3A", True),
        ("a12uEL5L", False),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", False),
        ("1qqqqqqqq", False),
        ("abc1qqq", False),
    ],
)
def test_bech32(text: str, valid: bool) -> None:
    assert is_bech32(text) is valid
