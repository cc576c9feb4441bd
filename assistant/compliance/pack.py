"""The files of a policy pack as they stand on disk, checked on reading."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.compliance.errors import PolicyError
from assistant.model import HandoffReason, Severity
from assistant.yaml_loader import SafeLoader

DEFAULT_FOLDER = Path(__file__).parent / "policies"
FILES = ("rules.yaml", "notices.yaml", "handoffs.yaml", "jurisdictions.yaml", "allowlist.yaml", "intents.yaml")
Language = Literal["zh", "en"]
Texts = Annotated[tuple[str, ...], Field(min_length=1)]
_M = TypeVar("_M", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fixtures(_Strict):
    """Texts on which a rule must fire or stay quiet: at least two per language."""

    fire: dict[Language, Annotated[tuple[str, ...], Field(min_length=2)]]
    quiet: dict[Language, Annotated[tuple[str, ...], Field(min_length=2)]]

    @model_validator(mode="after")
    def _both_languages(self) -> Fixtures:
        for name, texts in (("fire", self.fire), ("quiet", self.quiet)):
            if set(texts) != {"zh", "en"}:
                raise ValueError(f"tests.{name} needs zh and en")
        return self


class RuleSpec(_Strict):
    """One outbound rule.

    Attributes:
        severity: where the rule is at home.
        jurisdictions: `*`, or the codes where `severity` holds.
        elsewhere: the severity in all other places; `None` = the rule is silent there.
        exit_only: belongs to places that are only being left; does not apply where the place is unknown.
        denial_excuses: whether "we do not …" before the phrase excuses it.
        unless: patterns that excuse a hit when they match its clause.
    """

    id: Annotated[str, Field(pattern=r"^[A-Z]{3}-\d{3}$")]
    severity: Severity
    jurisdictions: Literal["*"] | Texts = "*"
    elsewhere: Severity | None = None
    exit_only: bool = False
    denial_excuses: bool = True
    title: dict[str, str]
    patterns: dict[Language, Texts]
    unless: dict[Language, Texts] = {}
    effective_from: AwareDatetime | None = None
    effective_until: AwareDatetime | None = None
    rationale: str
    message_to_agent: dict[str, str]
    tests: Fixtures

    @model_validator(mode="after")
    def _complete(self) -> RuleSpec:
        if set(self.patterns) != {"zh", "en"}:
            raise ValueError("patterns needs zh and en")
        if not {"zh-CN", "en"} <= set(self.message_to_agent):
            raise ValueError("message_to_agent needs zh-CN and en")
        if self.elsewhere is not None and self.jurisdictions == "*":
            raise ValueError("elsewhere needs a list of jurisdictions")
        order = list(Severity)
        if self.elsewhere is not None and order.index(self.elsewhere) > order.index(self.severity):
            raise ValueError("elsewhere must not be stricter than severity")
        return self


class NegationSpec(_Strict):
    """Words that deny what follows, by language, and how far they reach."""

    windows: dict[str, int]
    negators: dict[Language, Texts]
    pseudo: dict[Language, Texts]


class RulesFile(_Strict):
    """`rules.yaml`. `effective_from` holds for every rule that names no date of its own."""

    id: str
    version: str
    effective_from: AwareDatetime
    negation: NegationSpec
    rules: Annotated[tuple[RuleSpec, ...], Field(min_length=1)]


class NoticeText(_Strict):
    """A text with the hash of its UTF-8 bytes."""

    text: str
    sha256: str


class NoticeSpec(_Strict):
    """A notice. `verbatim`: prescribed by a rule-maker; shown in its own language whatever the customer's."""

    id: str
    verbatim: bool = False
    status: Literal["house", "confirmed", "secondary"] = "house"
    source: str = ""
    locales: Annotated[dict[str, NoticeText], Field(min_length=1)]


class NoticesFile(_Strict):
    """`notices.yaml`, in the order in which notices stand under a reply."""

    notices: Annotated[tuple[NoticeSpec, ...], Field(min_length=1)]


class HandoffsFile(_Strict):
    """`handoffs.yaml`: a text per reason and locale."""

    handoffs: dict[HandoffReason, dict[str, str]]


class JurisdictionSpec(_Strict):
    """A place.

    Attributes:
        notices: on every reply there.
        with_notice: notices that another notice brings along there.
        categories: exit-only places: topic categories that are still answered.
        topics: exit-only places: further topics that are answered.
        except_topics: exit-only places: topics that are not, although their category is.
    """

    mode: Literal["full", "exit_only"] = "full"
    notices: tuple[str, ...] = ()
    with_notice: dict[str, tuple[str, ...]] = {}
    categories: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    except_topics: tuple[str, ...] = ()


class JurisdictionsFile(_Strict):
    """`jurisdictions.yaml`."""

    aliases: dict[str, str] = {}
    groups: dict[str, Texts] = {}
    jurisdictions: dict[str, JurisdictionSpec]


class AllowlistFile(_Strict):
    """`allowlist.yaml`: hosts (with `*.` for sub-domains), e-mail addresses and phone numbers that are ours."""

    hosts: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


def read(folder: Path, name: str, model: type[_M]) -> _M:
    """Reads one file of a pack.

    Raises:
        PolicyError: it is missing, is not YAML, or does not fit the model.
    """
    path = folder / name
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506 - a safe loader
        return model.model_validate(content)
    except OSError as error:
        raise PolicyError(
            f"The policy file {name} cannot be read: {error.strerror}.", hint=f"It belongs in {folder}."
        ) from error
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
        raise PolicyError(f"The policy file {name} is broken: {error}") from error


def digest(folder: Path) -> str:
    """SHA-256 over names and bytes of all files of the pack, as hexadecimal digits."""
    total = hashlib.sha256()
    for name in FILES:
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            raise PolicyError(
                f"The policy file {name} cannot be read: {error.strerror}.", hint=f"It belongs in {folder}."
            ) from error
        total.update(f"{name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def by_locale(texts: Mapping[str, str], locale: str, fallback: str = "en") -> str:
    """The key of `texts` that serves a reader of `locale`: itself, its script, its language, else `fallback`.

    Raises:
        PolicyError: there is no text in the fallback language either.
    """
    wanted = locale.replace("_", "-")
    lowered = {key.lower(): key for key in texts}
    language = wanted.lower().split("-")[0]
    candidates = [wanted.lower()]
    if language == "zh":
        traditional = any(part in {"tw", "hk", "mo", "hant"} for part in wanted.lower().split("-"))
        candidates += ["zh-tw", "zh-cn"] if traditional else ["zh-cn", "zh-tw"]
    candidates += [language, fallback.lower()]
    for candidate in candidates:
        if candidate in lowered:
            return lowered[candidate]
    raise PolicyError(f"There is no text for the locale {locale}.", hint="Add one to the policy pack.")


class _UniqueKeyLoader(SafeLoader):
    """A safe loader that refuses a key given twice: the second would silently replace the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping
