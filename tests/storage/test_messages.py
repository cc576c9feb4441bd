"""Messages and the originals behind their tokens, on both databases."""

from __future__ import annotations

import traceback

import pytest

from assistant.storage.database import Database
from assistant.storage.errors import RecordRefusedError
from assistant.ticket import PersonalValue
from tests.storage.samples import conversation, later, message, stage, ticket


@pytest.fixture
def staged(database: Database) -> Database:
    with database.writing() as records:
        stage(records)
        records.conversations.add(conversation("c2"))
        records.tickets.add(ticket("t2", opened_at=later(1)))
        records.tickets.add(ticket("t3", conversation_id="c2"))
    return database


def test_messages_come_back_in_order(staged: Database) -> None:
    first, second = message("b", 1, text="⟦PHONE_1⟧ 提现\n<b>\U0001f600\u200b"), message("a", 2)
    elsewhere = message("c", 1, conversation_id="c2", ticket_id="t3")
    with staged.writing() as records:
        assert all(records.messages.add(value) for value in (second, first, elsewhere))
    with staged.reading() as records:
        assert records.messages.of_conversation("c1") == (first, second)
        assert records.messages.get("b") == first
        assert records.messages.get("z") is None
        assert [records.messages.last_seq(c) for c in ("c1", "c2", "c3")] == [2, 1, 0]


def test_the_same_nonce_is_the_same_message(staged: Database) -> None:
    with staged.writing() as records:
        assert records.messages.add(message("a", 1, nonce="n"))
        assert not records.messages.add(message("b", 2, nonce="n"), secret=True)
        assert records.messages.add(message("c", 1, nonce="n", conversation_id="c2", ticket_id="t3"))
    with staged.reading() as records:
        assert records.messages.by_nonce("c1", "n") == message("a", 1, nonce="n")
        assert records.messages.by_nonce("c1", "other") is None
        assert records.messages.last_seq("c1") == 1
        assert records.messages.secrets_of("c1") == frozenset()


def test_two_messages_never_have_one_position(staged: Database) -> None:
    with staged.writing() as records:
        records.messages.add(message("a", 1))
    with pytest.raises(RecordRefusedError), staged.writing() as records:
        records.messages.add(message("b", 1))
    with staged.reading() as records:
        assert records.messages.of_conversation("c1") == (message("a", 1),)


def test_an_error_and_its_causes_quote_no_customer(staged: Database) -> None:
    with pytest.raises(RecordRefusedError) as caught, staged.writing() as records:
        records.messages.add(message("a", 0, text="what the customer wrote"))
    told = "".join(traceback.format_exception(caught.value))
    assert "ck_message_seq" in told
    assert "what the customer wrote" not in told


def test_the_latest_of_each_ticket(staged: Database) -> None:
    with staged.writing() as records:
        for n, ticket_id in enumerate(["t1", "t2", "t1", "t2"], start=1):
            records.messages.add(message(f"m{n}", n, ticket_id=ticket_id))
    with staged.reading() as records:
        asked = ["t1", "t2", "t3", "t9", *(f"x{n}" for n in range(1200))]
        found = records.messages.latest_of(asked)
        assert {key: value.id for key, value in found.items()} == {"t1": "m3", "t2": "m4"}
        assert records.messages.latest_of([]) == {}


def test_secrets_are_remembered_by_message(staged: Database) -> None:
    with staged.writing() as records:
        records.messages.add(message("a", 1), secret=True)
        records.messages.add(message("b", 2))
        records.messages.add(message("c", 1, conversation_id="c2", ticket_id="t3"), secret=True)
    with staged.reading() as records:
        assert records.messages.secrets_of("c1") == {"a"}


def test_originals_are_found_by_message_and_token(staged: Database) -> None:
    phone = PersonalValue("a", "⟦PHONE_1⟧", "phone", b"\x00\xff encrypted")
    mail = PersonalValue("a", "⟦EMAIL_1⟧", "email", b"other")
    with staged.writing() as records:
        records.messages.add(message("a", 1))
        records.messages.add(message("b", 2))
        records.messages.add(message("c", 1, conversation_id="c2", ticket_id="t3"))
        records.messages.add_personal([phone, mail, PersonalValue("c", "⟦PHONE_1⟧", "phone", b"")])
        records.messages.add_personal([])
    with staged.reading() as records:
        assert records.messages.personal("a", "⟦PHONE_1⟧") == phone
        assert records.messages.personal("b", "⟦PHONE_1⟧") is None
        assert records.messages.tokens_of("c1") == {"a": ("⟦EMAIL_1⟧", "⟦PHONE_1⟧")}


def test_an_original_belongs_to_a_message(staged: Database) -> None:
    with pytest.raises(RecordRefusedError), staged.writing() as records:
        records.messages.add_personal([PersonalValue("none", "⟦PHONE_1⟧", "phone", b"x")])
