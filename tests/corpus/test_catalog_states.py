"""Any order of changes: the catalog says what a plain list of days and versions says, and remembers what it said."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from corpus.catalog import Catalog
from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders import parse_document
from corpus.model import BEGINNING

FIRST = date(2026, 1, 1)
DAYS = (BEGINNING, *(FIRST + timedelta(days=7 * week) for week in range(12)))
"""All that is tried begins and ends on one of them, so what holds on them is what holds on any day."""
SAYABLE = DAYS[1:-1]
"""Days that a document names; what holds on the last day holds for ever."""
IDS = ("own", "seeded")
LOCALES = ("en", "zh-CN", "zh-TW")
SEEDS = {("seeded", "en"): "seed text", ("seeded", "zh-CN"): "原文"}
FACTS = FactsTable.parse({})
Key = tuple[str, str]
Held = dict[date, dict[Key, str]]


def file(key: Key, text: str, start: date | None, end: date | None) -> bytes:
    days = (f"effective_from: {start}\n" if start else "") + (f"effective_until: {end}\n" if end else "")
    return f"---\nid: {key[0]}\nlocale: {key[1]}\ntitle: 标题\ncategory: c\n{days}---\n{text}\n".encode()


@dataclass
class Kept:
    """A version: its file, what it says about its days, and what was decided about it."""

    content: bytes
    text: str
    start: date | None
    end: date | None
    state: str


@dataclass
class Reference:
    """What the catalog must do, written as a list of days per document."""

    today: date = FIRST
    versions: dict[Key, list[Kept]] = field(default_factory=dict)
    holds: dict[Key, list[int]] = field(default_factory=dict)
    """For every one of `DAYS` the number of the version that holds, 0 = none."""
    hidden: set[Key] = field(default_factory=set)

    def days(self, key: Key) -> list[int]:
        return self.holds.setdefault(key, [0] * len(DAYS))

    def first(self, key: Key) -> date | None:
        return next((day for day, number in zip(DAYS, self.days(key), strict=True) if number), None)

    def publish(self, key: Key, number: int, start: date | None = None) -> bool:
        """Whether it can be published."""
        version = self.versions[key][number - 1]
        start = start or version.start or (self.today if self.first(key) else BEGINNING)
        if version.end is not None and version.end <= start:
            return False
        version.state = "published"
        over = version.end or date.max
        self.holds[key] = [
            (number if day < over else 0) if day >= start else old
            for day, old in zip(DAYS, self.days(key), strict=True)
        ]
        return True

    def keys_in_force(self, document_id: str, locale: str | None) -> set[Key]:
        keys = {key for key in SEEDS if key not in self.hidden} | {key for key in self.holds if self.first(key)}
        keys |= {(key[0], "zh-TW") for key in keys if key[1] == "zh-CN" and (key[0], "zh-TW") not in self.hidden}
        return {key for key in keys if key[0] == document_id and locale in (None, key[1])}

    def remove(self, key: Key, *, named: bool) -> None:
        self.holds[key] = [0] * len(DAYS)
        if named or key in SEEDS:
            self.hidden.add(key)

    def expire(self, key: Key, day: date) -> None:
        self.holds[key] = [number if held < day else 0 for held, number in zip(DAYS, self.days(key), strict=True)]

    def published(self, key: Key) -> list[int]:
        return [n for n, version in enumerate(self.versions.get(key, ()), start=1) if version.state == "published"]

    def restore(self, key: Key, number: int | None) -> bool:
        """Whether it can come back."""
        days = self.days(key)
        chosen = max((n for n in self.published(key) if number in (None, n)), default=None)
        if chosen is None:
            if number not in (None, 0) or (key not in SEEDS and key not in self.hidden):
                return False
            self.hidden.discard(key)
            self.holds[key] = [0] * len(DAYS)
            return True
        if number is None and days[-1]:
            self.hidden.discard(key)
            return True
        old = self.versions[key][chosen - 1]
        start = self.back_from(key)
        self.versions[key].append(Kept(old.content, old.text, old.start, old.end, "published"))
        if not self.publish(key, len(self.versions[key]), start):
            self.versions[key].pop()
            return False
        self.hidden.discard(key)
        return True

    def stands(self, key: Key, number: int) -> bool:
        """Whether a version holds today or later, or did until the day it names itself."""
        days, end = self.days(key), self.versions[key][number - 1].end
        over = end is not None and end <= self.today
        return number in (days if over else days[DAYS.index(self.today) :])

    def back_from(self, key: Key) -> date | None:
        """What was ended goes on today, if it had begun."""
        days = self.days(key)
        if not any(days) or days[-1]:
            return None
        last = [n for n in days if n][-1]
        return max(self.today, DAYS[days.index(last)])

    def said(self) -> Held:
        """What stands in the documents that hold on each day."""
        return {day: self._said_on(at, day) for at, day in enumerate(DAYS)}

    def _said_on(self, at: int, day: date) -> dict[Key, str]:
        found: dict[Key, str] = {}
        for key in SEEDS.keys() | self.holds.keys():
            number, first = self.days(key)[at], self.first(key)
            if number:
                found[key] = self.versions[key][number - 1].text
            elif key in SEEDS and key not in self.hidden and (first is None or day < first):
                found[key] = SEEDS[key]
        for document_id in IDS:
            own = (document_id, "zh-TW")
            if (document_id, "zh-CN") in found and own not in self.hidden and not self.first(own):
                found[own] = found[document_id, "zh-CN"]
        return found


KEYS = st.sampled_from(
    (("own", "zh-CN"), ("seeded", "zh-CN"), ("own", "zh-CN"), ("seeded", "zh-CN"), ("own", "en"), ("seeded", "zh-TW"))
)
"""Few, so that changes meet; Traditional Chinese is made from Simplified."""
SOME_DAY = st.none() | st.sampled_from(SAYABLE)


class CatalogMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.now = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
        self.model = Reference()
        self.told: list[tuple[datetime, Held]] = []

    @initialize()
    def open(self) -> None:
        for key, text in SEEDS.items():
            path = self.folder / "seed" / key[1] / f"{key[0]}.md"
            path.parent.mkdir(parents=True)
            path.write_bytes(file(key, text, None, None))
        self.catalog = self._open()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def _open(self) -> Catalog:
        return Catalog(self.folder / "data", facts=FACTS, seed_root=self.folder / "seed", clock=self._tick)

    def _tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def _said(self, known_at: datetime | None = None) -> Held:
        documents = [edition.document for edition in self.catalog.editions(known_at)]
        return {
            day: {(d.id, d.locale): d.sections[0].paragraphs[0] for d in documents if d.valid_on(day)} for day in DAYS
        }

    @rule(
        key=KEYS,
        text=st.sampled_from(("甲", "乙")),
        start=SOME_DAY,
        end=SOME_DAY,
        draft=st.sampled_from((False, False, True)),
    )
    def add(self, key: Key, text: str, start: date | None, end: date | None, draft: bool) -> None:
        if start and end and end <= start:
            end = None
        content = file(key, text, start, end)
        kept = self.model.versions.setdefault(key, [])
        same = [n for n, version in enumerate(kept, start=1) if version.content == content]
        newest = len(kept) in same
        there = newest and (kept[-1].state == "draft" if draft else any(self.model.stands(key, n) for n in same))
        back = newest and any(n in self.model.days(key) for n in same)
        version = Kept(content, text, start, end, "draft")
        works, expected = True, "unchanged" if there else "updated" if kept else "added"
        if not there:
            kept.append(version)
            works = draft or self.model.publish(key, len(kept), self.model.back_from(key) if back else None)
        if not works:
            kept.pop()
        document = parse_document("f.md", content, FACTS)
        try:
            assert self.catalog.add(document, "f.md", content, draft=draft) == expected
            assert works
        except DocumentError:
            assert not works

    @precondition(lambda self: any(self.model.versions.values()))
    @rule(data=st.data(), start=SOME_DAY)
    def publish(self, data: st.DataObject, start: date | None) -> None:
        key, number = self._some_version(data)
        kept = self.model.versions[key]
        works = number <= len(kept) and kept[number - 1].state != "discarded"
        works = works and self.model.publish(key, number, start)
        try:
            self.catalog.publish(*key, number, effective_from=start)
            assert works
        except DocumentError:
            assert not works

    @precondition(lambda self: any(self.model.versions.values()))
    @rule(data=st.data())
    def discard(self, data: st.DataObject) -> None:
        key, number = self._some_version(data)
        kept = self.model.versions[key]
        works = number <= len(kept) and kept[number - 1].state == "draft"
        if works:
            kept[number - 1].state = "discarded"
        try:
            self.catalog.discard(*key, number)
            assert works
        except DocumentError:
            assert not works

    def _some_version(self, data: st.DataObject) -> tuple[Key, int]:
        """One that there is, or the number after the last."""
        key = data.draw(st.sampled_from(sorted(key for key, kept in self.model.versions.items() if kept)))
        return key, data.draw(st.integers(1, len(self.model.versions[key]) + 1))

    def _some_document(self, data: st.DataObject) -> tuple[str, str | None]:
        """Mostly one that is in force, in one language or in all."""
        in_force = sorted(key for document_id in IDS for key in self.model.keys_in_force(document_id, None))
        own = [key for key in in_force if self.model.first(key)]
        document_id, locale = data.draw(st.sampled_from(own or in_force or [("own", "en")]) | KEYS)
        return document_id, data.draw(st.sampled_from((locale, None)))

    @precondition(lambda self: any(self.model.first(key) for key in self.model.holds))
    @rule(data=st.data(), day=st.sampled_from(SAYABLE))
    def expire(self, data: st.DataObject, day: date) -> None:
        document_id, locale = self._some_document(data)
        keys = self.model.keys_in_force(document_id, locale)
        own = {key for key in keys if self.model.first(key)}
        works = bool(own) and all((self.model.first(key) or day) < day for key in own) and not keys & SEEDS.keys() - own
        works = works and (locale is None or own == keys)
        for key in own if works else ():
            self.model.expire(key, day)
        try:
            self.catalog.expire(document_id, day, locale=locale)
            assert works
        except DocumentError:
            assert not works

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        document_id, locale = self._some_document(data)
        keys = self.model.keys_in_force(document_id, locale)
        for key in keys:
            self.model.remove(key, named=locale is not None)
        try:
            self.catalog.remove(document_id, locale=locale)
            assert keys
        except DocumentError:
            assert not keys

    @rule(key=KEYS, number=st.none() | st.integers(0, 5))
    def restore_one(self, key: Key, number: int | None) -> None:
        works = self.model.restore(key, number)
        try:
            self.catalog.restore(*key, number)
            assert works
        except DocumentError:
            assert not works

    @precondition(lambda self: not any(v.end for kept in self.model.versions.values() for v in kept))
    @rule(document_id=st.sampled_from(IDS))
    def restore_all(self, document_id: str) -> None:
        keys = [(document_id, locale) for locale in LOCALES]
        works = [self.model.restore(key, None) for key in keys]
        try:
            self.catalog.restore(document_id)
            assert any(works)
        except DocumentError:
            assert not any(works)

    @rule(weeks=st.integers(1, 3))
    def wait(self, weeks: int) -> None:
        later = self.model.today + timedelta(days=7 * weeks)
        if later in SAYABLE:
            self.model.today = later
            self.now = datetime(later.year, later.month, later.day, tzinfo=UTC)

    @precondition(lambda self: len(self.told) < 2)
    @rule()
    def note_what_is_said(self) -> None:
        self.told.append((self._tick(), self.model.said()))

    @rule()
    def start_again(self) -> None:
        self.catalog = self._open()

    @invariant()
    def says_what_holds(self) -> None:
        said = self.model.said()
        assert self._said() == said
        assert {(d.id, d.locale) for d in self.catalog.documents()} == said[self.model.today].keys()

    @invariant()
    def editions_do_not_overlap(self) -> None:
        documents = [edition.document for edition in self.catalog.editions()]
        for one, other in pairwise(documents):
            if (one.id, one.locale) == (other.id, other.locale):
                assert one.effective_until is not None
                assert one.effective_until <= other.effective_from

    @invariant()
    def remembers_what_it_said(self) -> None:
        for moment, said in self.told[:1] + self.told[-1:]:
            assert self._said(moment) == said

    @invariant()
    def numbers_its_versions(self) -> None:
        for key, kept in self.model.versions.items():
            if kept:
                found = [v for v in self.catalog.history(key[0]) if v.locale == key[1] and v.number]
                assert [v.number for v in found] == list(range(len(kept), 0, -1))
                assert [v.state.value for v in reversed(found)] == [version.state for version in kept]


TestCatalogStates = CatalogMachine.TestCase
TestCatalogStates.settings = settings(
    max_examples=60, stateful_step_count=30, suppress_health_check=[HealthCheck.too_slow], deadline=None
)
