"""The facts table: every figure that articles quote, in one place, rendered per locale.

Articles hold placeholders, never figures: `{{fact:withdrawal.usdt-trc20.fee}}` for a value and, on a line of its own,
`{{table:withdrawal}}` or `{{table:withdrawal columns=asset,fee rows=usdt-trc20,usdt-sol}}` for a table.
The format of the file is explained at the head of `seed/facts/base.yaml`.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from corpus.errors import FactError
from corpus.locales import LOCALE, fallbacks
from corpus.units import number_text, quantity_text, unit

_NUMBER = Annotated[Decimal, Field(ge=0, le=10**15, allow_inf_nan=False, max_digits=40, decimal_places=18)]
_PLAIN_NUMBER: TypeAdapter[Decimal] = TypeAdapter(_NUMBER)

_TABLE_LINE = re.compile(r"^([ \t]*)\{\{[ \t]*table[ \t]*:([^{}\n]*)\}\}[ \t]*$", re.MULTILINE)
_FACT = re.compile(r"\{\{[ \t]*fact[ \t]*:([^{}\n]*)\}\}")
_Result = TypeVar("_Result")
_LEFTOVER = re.compile(r"\{\{[ \t]*(fact|table)\b[^\n}]{0,60}")


class _Quantity(BaseModel):
    """A number, or a range of two, with its unit."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    value: _NUMBER | tuple[_NUMBER, _NUMBER]
    unit: str


class _TableFile(BaseModel):
    """One table of the file, cells not read yet."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    columns: dict[str, Any] = Field(min_length=1)
    rows: dict[str, dict[str, Any]] = Field(min_length=1)


class _FactsFile(BaseModel):
    """The file: nested groups of facts, and tables."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    facts: dict[str, Any] = Field(default_factory=dict)
    tables: dict[str, _TableFile] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Text:
    """A wording per locale."""

    by_locale: Mapping[str, str]


_Value = str | Decimal | _Quantity | _Text


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What a fact was before a day."""

    until: date
    value: _Value


@dataclass(frozen=True, slots=True)
class _FactTable:
    headers: Mapping[str, _Value]
    rows: tuple[str, ...]


@dataclass(slots=True)
class _Read:
    """Facts on their way from the file: values of today, and what they were."""

    values: dict[str, _Value]
    earlier: dict[str, tuple[_Earlier, ...]]


@dataclass(frozen=True)
class FactsTable:
    """All facts by path (`hold.after_2fa_reset`, `withdrawal.usdt-trc20.fee`) and all tables by name."""

    _values: Mapping[str, _Value]
    _tables: Mapping[str, _FactTable]
    _earlier: Mapping[str, tuple[_Earlier, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> FactsTable:
        """Read a facts file, or the `*.yaml` files of a folder as one table.

        Raises:
            FactError: a file cannot be read, is not YAML, does not have the documented form, or repeats what another
                file of the folder says.
        """
        if not path.is_dir():
            return _named(path, lambda: cls.parse(_read_yaml(path)))
        merged: dict[str, Any] = {"facts": {}, "tables": {}}
        for file in sorted(path.glob("*.yaml")):
            _named(file, partial(_add_file, merged, file))
        return _named(path, lambda: cls.parse(merged))

    @classmethod
    def parse(cls, raw: object) -> FactsTable:
        """Check the content of a facts file.

        Raises:
            FactError: it does not have the documented form.
        """
        try:
            file = _FactsFile.model_validate(raw)
        except ValidationError as error:
            raise FactError(validation_message(error)) from error
        read = _Read({}, {})
        _flatten(file.facts, "", read)
        tables: dict[str, _FactTable] = {}
        for name, table in file.tables.items():
            if name in file.facts:
                raise FactError(f'"{name}" names both a group of facts and a table.', hint="Rename one of them.")
            tables[name] = _read_table(name, table, read)
        return cls(read.values, tables, read.earlier)

    def on(self, day: date) -> FactsTable:
        """The table as it was, or will be, on `day`."""
        values = dict(self._values)
        for path, earlier in self._earlier.items():
            held = next((item.value for item in earlier if day < item.until), None)
            if held is not None:
                values[path] = held
        return FactsTable(values, self._tables)

    def changes(self, text: str) -> tuple[date, ...]:
        """The days on which a fact that `text` names takes another value, sorted."""
        if not self._earlier or "{{" not in text:
            return ()
        named = {match[1].strip() for match in _FACT.finditer(text)}
        tables = {(match[2].split() or [""])[0] for match in _TABLE_LINE.finditer(text)}
        named |= {path for path in self._earlier if path.partition(".")[0] in tables}
        return tuple(sorted({item.until for path in named for item in self._earlier.get(path, ())}))

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days on which some fact takes another value, sorted."""
        return tuple(sorted({item.until for earlier in self._earlier.values() for item in earlier}))

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all values and what they were, hex."""
        content = repr((sorted(self._values.items()), sorted(self._tables.items()), sorted(self._earlier.items())))
        return hashlib.sha256(content.encode("utf-8")).hexdigest()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that `{{fact:…}}` may name, sorted."""
        return tuple(sorted(self._values))

    def value(self, path: str, locale: str) -> str:
        """The fact at `path` as it reads in `locale`.

        Raises:
            FactError: no such path, or no wording for the locale.
        """
        if path not in self._values:
            raise _unknown("fact", path, self._values)
        return _render_value(self._values[path], locale, path)

    def table(self, name: str, locale: str, columns: Sequence[str] = (), rows: Sequence[str] = ()) -> str:
        """A table as Markdown (pipe table, no final line break), by default with all columns and rows in file order.

        Raises:
            FactError: unknown table, column, row or locale.
        """
        if name not in self._tables:
            raise _unknown("table", name, self._tables)
        table = self._tables[name]
        for wanted, known, what in ((columns, tuple(table.headers), "column"), (rows, table.rows, "row")):
            for item in wanted:
                if item not in known:
                    raise _unknown(f'{what} of table "{name}"', item, known)
        chosen = tuple(columns) or tuple(table.headers)
        lines = [
            [_render_value(table.headers[column], locale, f"{name}.{column}") for column in chosen],
            ["---"] * len(chosen),
        ]
        lines += [[self.value(f"{name}.{row}.{column}", locale) for column in chosen] for row in rows or table.rows]
        return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)

    def render(self, text: str, locale: str) -> str:
        """`text` with every placeholder replaced; text without placeholders comes back unchanged.

        Raises:
            FactError: a placeholder is malformed or names what the table does not hold.
        """
        if "{{" not in text:
            return text
        if not LOCALE.fullmatch(locale):
            raise FactError(f'"{locale}" is not a locale.', hint="Write it like zh-CN or en.")
        # One pass over the source: what a fact's value says is never read as a placeholder again.
        parts: list[str] = []
        end = 0
        for match in _TABLE_LINE.finditer(text):
            parts.append(self._render_facts(text[end : match.start()], locale))
            table = self._render_table(match[2], locale)
            # Blank lines around it: a line that follows a table directly would become a row of it.
            parts.append("\n" + "".join(f"{match[1]}{line}\n" for line in table.split("\n")))
            end = match.end()
        parts.append(self._render_facts(text[end:], locale))
        return "".join(parts)

    def _render_facts(self, text: str, locale: str) -> str:
        leftover = _LEFTOVER.search(_FACT.sub("", text))
        if leftover:
            raise FactError(
                f'Cannot read the placeholder "{leftover[0]}".',
                hint="Write {{fact:PATH}}, or {{table:NAME}} on a line of its own.",
            )
        return _FACT.sub(lambda match: self.value(match[1].strip(), locale), text)

    def _render_table(self, call: str, locale: str) -> str:
        name, *options = re.sub(r"\s*([,=])\s*", r"\1", call).split() or [""]
        chosen: dict[str, tuple[str, ...]] = {}
        for option in options:
            key, equals, listed = option.partition("=")
            if key not in {"columns", "rows"} or not equals or not listed or key in chosen:
                raise FactError(
                    f'Table "{name}": cannot read "{option}".', hint="Options are columns=a,b and rows=x,y, each once."
                )
            chosen[key] = tuple(listed.split(","))
        return self.table(name, locale, chosen.get("columns", ()), chosen.get("rows", ()))


def _read_yaml(path: Path) -> object:
    try:
        # By libyaml where it is built in: several times as fast, and every start reads the facts.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=loader)  # noqa: S506 - a safe loader
    except OSError as error:
        raise FactError(f"cannot be read ({error.strerror}).") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise FactError(f"not valid YAML ({error}).", hint="Mend the file and try again.") from error


def _add_file(merged: dict[str, Any], path: Path) -> None:
    file = _FactsFile.model_validate(_read_yaml(path))
    _merge(merged["facts"], file.facts)
    _merge(merged["tables"], file.tables)


def _named(path: Path, read: Callable[[], _Result]) -> _Result:
    """What `read` returns; its errors name the file."""
    try:
        return read()
    except ValidationError as error:
        raise FactError(f"{path.name}: {validation_message(error)}") from error
    except FactError as error:
        raise FactError(f"{path.name}: {error.args[0]}", hint=error.hint) from error


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Add groups to groups; a value or a table may be said only once."""
    for key, value in more.items():
        known = into.get(key)
        if known is None:
            into[key] = dict(value) if isinstance(value, dict) else value
        elif isinstance(known, dict) and isinstance(value, dict) and not (_is_value(known) or _is_value(value)):
            _merge(known, value)
        else:
            raise FactError(f'"{key}" stands in two files.', hint="Say it once.")


def validation_message(error: ValidationError) -> str:
    """The first few faults of a file, without the offending input (it may be long or private)."""
    faults = [
        f"{'.'.join(str(part) for part in item['loc']) or 'file'}: {item['msg']}"
        for item in error.errors(include_input=False, include_url=False)
    ]
    return "; ".join(faults[:5]) + ("; …" if len(faults) > 5 else "")


def _flatten(group: Mapping[str, Any], prefix: str, read: _Read) -> None:
    for key, raw in group.items():
        path = f"{prefix}{key}"
        if isinstance(raw, dict) and raw and not _is_value(raw):
            _flatten(raw, f"{path}.", read)
        else:
            _read_fact(raw, path, read)


def _is_value(raw: Mapping[Any, Any]) -> bool:
    # A group of facts never holds plain `en` or `zh-CN`, so these tell a wording from a group.
    return not {"value", "unit", "en", "zh-CN"}.isdisjoint(raw)


def _read_table(name: str, file: _TableFile, read: _Read) -> _FactTable:
    headers = {column: _read_value(raw, f"{name}.{column}") for column, raw in file.columns.items()}
    for row, cells in file.rows.items():
        if set(cells) != set(headers):
            odd = ", ".join(sorted(set(cells) ^ set(headers)))
            raise FactError(f'Table "{name}", row "{row}": cells and columns differ ({odd}).')
        for column, raw in cells.items():
            _read_fact(raw, f"{name}.{row}.{column}", read)
    return _FactTable(headers, tuple(file.rows))


def _read_fact(raw: object, path: str, read: _Read) -> None:
    """The value of today and, from `was`, those before it, each until the day on which the next one began."""
    if not (isinstance(raw, dict) and "was" in raw):
        read.values[path] = _read_value(raw, path)
        return
    now = {key: value for key, value in raw.items() if key != "was"}
    read.values[path] = _read_value(now, path)
    earlier = []
    for item in raw["was"] if isinstance(raw["was"], list) else [None]:
        if not isinstance(item, dict) or type(item.get("until")) is not date:
            raise FactError(f"{path}: cannot read what it was.", hint="Write was: [{until: 2026-03-01, value: 5}].")
        then = {key: value for key, value in item.items() if key != "until"}
        if "unit" in now and "value" in then:
            then.setdefault("unit", now["unit"])
        earlier.append(_Earlier(item["until"], _read_value(then, path)))
    days = [item.until for item in earlier]
    if not days or days != sorted(set(days)):
        raise FactError(f"{path}: the days of what it was must rise.", hint="List the oldest value first.")
    read.earlier[path] = tuple(earlier)


def _read_value(raw: object, path: str) -> _Value:
    try:
        if isinstance(raw, str) and raw.strip():
            return " ".join(raw.split())
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return _PLAIN_NUMBER.validate_python(raw)
        if isinstance(raw, dict) and ("value" in raw or "unit" in raw):
            quantity = _Quantity.model_validate(raw)
            unit(quantity.unit)
            return quantity
        if isinstance(raw, dict) and raw:
            return _read_text(raw)
    except ValidationError as error:
        raise FactError(f"{path}: {validation_message(error)}") from error
    except FactError as error:
        raise FactError(f"{path}: {error.args[0]}", hint=error.hint) from error
    raise FactError(
        f"{path}: not a value.", hint="Quote text, or write {value: 30, unit: minutes} or {zh-CN: …, en: …}."
    )


def _read_text(raw: Mapping[Any, Any]) -> _Text:
    texts: dict[str, str] = {}
    for locale, text in raw.items():
        if not (isinstance(locale, str) and LOCALE.fullmatch(locale)):
            raise FactError(f'"{locale}" is not a locale.', hint="Put quotes around text that holds a comma.")
        if not (isinstance(text, str) and text.strip()):
            raise FactError(f"the text for {locale} is empty or not text.", hint="Put quotes around it.")
        texts[locale] = " ".join(text.split())
    return _Text(texts)


def _render_value(value: _Value, locale: str, path: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return number_text(value)
    tried = fallbacks(locale)
    if isinstance(value, _Text):
        for candidate in tried:
            if candidate in value.by_locale:
                return value.by_locale[candidate]
        raise FactError(f'Fact "{path}" has no wording for {locale}.', hint=f"Add {locale} to the facts table.")
    values = value.value if isinstance(value.value, tuple) else (value.value,)
    return quantity_text(values, value.unit, chinese="zh-CN" in tried)


def _unknown(what: str, name: str, known: Iterable[str]) -> FactError:
    names = sorted(known)
    near = difflib.get_close_matches(name[:100], names, n=3, cutoff=0.5)
    hint = (
        f"Did you mean {', '.join(near)}?" if near else f"Known are {', '.join(names[:12])}{', …' * (len(names) > 12)}."
    )
    return FactError(f'Unknown {what}: "{name}".', hint=hint)
