"""Everything a deployment may choose, read once at the start and passed down.

From strongest to weakest: arguments of `load_settings`, `PROOFDESK_*` variables, `.env` in the working directory, a
TOML file (`PROOFDESK_CONFIG`, otherwise `proofdesk.toml` in the working directory), the defaults below.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from corpus.errors import ConfigurationError

PREFIX = "PROOFDESK_"
CONFIG_VARIABLE = "PROOFDESK_CONFIG"
CONFIG_FILE = "proofdesk.toml"
ENV_FILE = ".env"
HINT = "Every setting is listed in .env.example."

Locale = Literal["zh-CN", "zh-TW", "en", "ja", "ko", "vi", "ru", "es"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


def _service_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an http:// or https:// address such as http://127.0.0.1:8000/v1")
    if parts.username or parts.password:
        raise ValueError("must not carry a name or password; put the key into the matching API_KEY variable")
    return value.rstrip("/")


def _site_url(value: str) -> str:
    address = _service_url(value)
    parts = urlsplit(address)
    if parts.path or parts.query or parts.fragment:
        raise ValueError("must be a whole site such as https://help.example.com, without a path")
    return address


def _spec(value: str) -> str:
    name, colon, argument = value.partition(":")
    if not name or (colon and not argument):
        raise ValueError("must be a name or name:argument, such as bundled or openai:gpt-5-mini")
    return value


def _country(value: str) -> str:
    if len(value) != 2 or not value.isascii() or not value.isalpha():
        raise ValueError("must be a two-letter country code such as HK")
    return value.upper()


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a name of the time zone database such as Asia/Hong_Kong") from None
    return value


Country = Annotated[str, AfterValidator(_country)]
Timezone = Annotated[str, AfterValidator(_timezone)]
ServiceUrl = Annotated[str, AfterValidator(_service_url)]
SiteUrl = Annotated[str, AfterValidator(_site_url)]
Spec = Annotated[str, AfterValidator(_spec)]


class Settings(BaseSettings):
    """The settings of one desk.

    Attributes:
        data_dir: where everything written at run time goes: index snapshots, ingested documents, cached vectors.
        embedder: `bundled`, `st:<model or path>` or `openai:<model>`.
        chat_model: `extractive` (no key, no network) or `openai:<model>`.
        chat_timeout_s: how long one model call may take, in seconds.
        port: TCP port of the pages; 0 = any free one.
        passage_tokens: upper size of one passage when documents are split.
        evidence_tokens: how much evidence one draft may rest on; at least one passage.
        keep_snapshots: how many generations of the index stay for a rollback.
        database_url: an SQLAlchemy address; without one, an SQLite file in `data_dir`.
        secret_key: encrypts customers' personal data; without one, a key file in `data_dir` is made.
        public_url: the address that browsers use, when it is not the one served here (behind a proxy, with TLS).
        desk_name: what customers read at the head of their page.
        session_hours: how long a member of the staff stays logged in without doing anything.
        lease_minutes: how long a claimed ticket stays with a person who does nothing.
        reply_target_minutes: by when a simple question is to be answered; complex ones have one business day.
        business_country: whose public holidays count, ISO 3166; `business_timezone` is where the day begins.
        messages_per_minute: how many messages one customer may send.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )

    data_dir: Path = Path("var")
    embedder: Spec = "bundled"
    embedding_base_url: ServiceUrl | None = None
    embedding_api_key: SecretStr | None = None
    chat_model: Spec = "extractive"
    chat_base_url: ServiceUrl | None = None
    chat_api_key: SecretStr | None = None
    chat_timeout_s: float = Field(default=30.0, gt=0, le=600)
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=7860, ge=0, le=65535)
    default_locale: Locale = "zh-CN"
    passage_tokens: int = Field(default=320, ge=64, le=2048)
    evidence_tokens: int = Field(default=1800, ge=64, le=32768)
    keep_snapshots: int = Field(default=3, ge=1, le=100)
    database_url: SecretStr | None = None
    secret_key: SecretStr | None = Field(default=None, min_length=16)
    public_url: SiteUrl | None = None
    desk_name: str = Field(default="有据 Proofdesk", min_length=1, max_length=40)
    session_hours: int = Field(default=12, ge=1, le=24)
    lease_minutes: int = Field(default=5, ge=1, le=120)
    reply_target_minutes: int = Field(default=15, ge=1, le=1440)
    business_country: Country = "HK"
    business_timezone: Timezone = "Asia/Hong_Kong"
    messages_per_minute: int = Field(default=12, ge=1, le=600)
    log_level: LogLevel = "INFO"

    @property
    def index_dir(self) -> Path:
        """Where the index snapshots live."""
        return self.data_dir / "index"

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'proofdesk.db').absolute()}"

    @field_validator("data_dir", mode="after")
    @classmethod
    def _expand_home(cls, value: Path) -> Path:
        return value.expanduser()

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_passage_fits(self) -> Settings:
        if self.evidence_tokens < self.passage_tokens:
            raise ValueError(
                f"{PREFIX}EVIDENCE_TOKENS ({self.evidence_tokens}) must be at least "
                f"{PREFIX}PASSAGE_TOKENS ({self.passage_tokens}), or no passage fits into the evidence"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - would refuse the names of other programs
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - no folder of secrets
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, strongest first."""
        variables = _dotenv()
        named = {field: PREFIX + field.upper() for field in cls.model_fields}
        dotenv = {field: variables[name] for field, name in named.items() if name in variables}
        toml = TomlConfigSettingsSource(settings_cls, toml_file=_config_file())
        return init_settings, env_settings, InitSettingsSource(settings_cls, init_kwargs=dotenv), toml


def load_settings(**overrides: Any) -> Settings:
    """Return the settings of this process; `overrides` win over every other source.

    Raises:
        ConfigurationError: a value is not allowed, a name is unknown or a file cannot be read. The message names the
            variable, its value (never that of a secret) and what is allowed.
    """
    try:
        _refuse_unknown(overrides)
        return Settings(**overrides)
    except ValidationError as error:
        message = "; ".join(_explain(detail, overrides) for detail in error.errors()) + "."
    except tomllib.TOMLDecodeError as error:
        message = f"{_config_file()} is not valid TOML: {error}."
    except UnicodeDecodeError as error:
        # str() of this error shows the bytes it met, which may belong to a secret.
        message = f"{ENV_FILE} or the TOML file is not UTF-8 text (byte {error.start})."
    # Raised outside of the handlers: a chained pydantic error would show the input, secrets included.
    raise ConfigurationError(message, hint=HINT)


def _dotenv() -> dict[str, str]:
    """Return our variables in `.env` by upper-case name; a name without a value counts as absent."""
    return {name.upper(): value for name, value in dotenv_values(ENV_FILE, encoding="utf-8").items() if value}


def _environment() -> dict[str, str]:
    return {name.upper(): value for name, value in os.environ.items() if value}


def _config_file() -> Path:
    chosen = _environment().get(CONFIG_VARIABLE) or _dotenv().get(CONFIG_VARIABLE)
    path = Path(chosen or CONFIG_FILE).expanduser()
    if chosen and not path.is_file():
        raise ConfigurationError(f"{CONFIG_VARIABLE} names {chosen}, which is not a file.")
    return path


def _refuse_unknown(overrides: Iterable[str]) -> None:
    """Raise for names that look like ours and are not: a misspelt setting must not be silently ignored."""
    known = [PREFIX + name.upper() for name in Settings.model_fields] + [CONFIG_VARIABLE]
    problems = [
        f"{name} in {origin} is not a setting.{_suggestion(name, known)}"
        for origin, names in (("the environment", _environment()), (ENV_FILE, _dotenv()))
        for name in sorted(names)
        if name.startswith(PREFIX) and name not in known
    ]
    fields = list(Settings.model_fields)
    problems += [f"{name} is not a setting.{_suggestion(name, fields)}" for name in overrides if name not in fields]
    if problems:
        raise ConfigurationError(" ".join(problems), hint=HINT)


def _suggestion(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {close[0]}?" if close else ""


def _explain(detail: ErrorDetails, overrides: Mapping[str, object]) -> str:
    """Return one problem as a sentence; the value is shown only where it cannot be a secret."""
    reason = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    if not detail["loc"]:
        return reason
    field = str(detail["loc"][0])
    if field not in Settings.model_fields:
        # Other sources were checked by name before: only the TOML file is left.
        return f"{field} in {_config_file()} is not a setting.{_suggestion(field, Settings.model_fields)}".rstrip(".")
    # Keys end up in address variables by mistake, so those values are not repeated either.
    hidden = field.endswith(("_key", "_url"))
    value = "" if hidden else f" = {str(detail['input'])!r}"
    return f"{PREFIX}{field.upper()}{value} in {_origin(field, overrides)} is not allowed: {reason}"


def _origin(field: str, overrides: Mapping[str, object]) -> str:
    name = PREFIX + field.upper()
    if field in overrides:
        return "an argument"
    if name in _environment():
        return "the environment"
    return ENV_FILE if name in _dotenv() else str(_config_file())
