from __future__ import annotations

import re
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.settings import Settings, load_settings
from corpus.errors import ConfigurationError

SECRET = "sk-planted-0123456789"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def workdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, so that no `.env` or `proofdesk.toml` of the checkout is read."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_need_nothing() -> None:
    settings = load_settings()
    assert (settings.embedder, settings.chat_model, settings.host, settings.port) == (
        "bundled",
        "extractive",
        "127.0.0.1",
        7860,
    )
    assert settings.index_dir == Path("var/index")


def test_the_stronger_source_wins(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (workdir / "proofdesk.toml").write_text("port = 1001\nkeep_snapshots = 5\n", encoding="utf-8")
    assert load_settings().port == 1001
    (workdir / ".env").write_text("PROOFDESK_PORT=1002\n", encoding="utf-8")
    assert load_settings().port == 1002
    monkeypatch.setenv("PROOFDESK_PORT", "1003")
    assert load_settings().port == 1003
    assert load_settings(port=1004).port == 1004
    assert load_settings().keep_snapshots == 5


@pytest.mark.parametrize("source", ["environment", "dotenv"])
def test_the_toml_file_can_be_named(workdir: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    chosen = workdir / "desk.toml"
    chosen.write_text('default_locale = "en"\n', encoding="utf-8")
    if source == "environment":
        monkeypatch.setenv("PROOFDESK_CONFIG", str(chosen))
    else:
        (workdir / ".env").write_text(f"PROOFDESK_CONFIG={chosen}\n", encoding="utf-8")
    assert load_settings().default_locale == "en"


def test_a_named_toml_file_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFDESK_CONFIG", "absent.toml")
    with pytest.raises(ConfigurationError, match=r"PROOFDESK_CONFIG names absent\.toml, which is not a file"):
        load_settings()


def test_an_empty_value_counts_as_absent(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (workdir / ".env").write_text("PROOFDESK_CHAT_API_KEY=\nPROOFDESK_PORT=1002\n", encoding="utf-8")
    monkeypatch.setenv("PROOFDESK_PORT", "")
    settings = load_settings()
    assert settings.chat_api_key is None
    assert settings.port == 1002


def test_names_of_other_programs_are_left_alone(workdir: Path) -> None:
    (workdir / ".env").write_text("POSTGRES_PASSWORD=x\nport=9\nPROOFDESK_PORT=1002\n", encoding="utf-8")
    assert load_settings().port == 1002


def test_a_typo_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFDESK_CHAT_MODLE", "extractive")
    with pytest.raises(ConfigurationError, match=r"PROOFDESK_CHAT_MODLE in the environment .* PROOFDESK_CHAT_MODEL\?"):
        load_settings()


def test_a_typo_in_dotenv_is_named_without_its_value(workdir: Path) -> None:
    (workdir / ".env").write_text(f"PROOFDESK_CHAT_API_KYE={SECRET}\n", encoding="utf-8")
    with pytest.raises(
        ConfigurationError, match=r"PROOFDESK_CHAT_API_KYE in \.env .*PROOFDESK_CHAT_API_KEY\?"
    ) as caught:
        load_settings()
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_typo_in_the_toml_file_is_named_without_its_value(workdir: Path) -> None:
    (workdir / "proofdesk.toml").write_text(f'chat_api_kye = "{SECRET}"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"chat_api_kye in proofdesk\.toml .* chat_api_key\?") as caught:
        load_settings()
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_an_unknown_argument_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"prot is not a setting\. Did you mean port\?"):
        load_settings(prot=1)


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("PROOFDESK_PORT", "70000", "65535"),
        ("PROOFDESK_PORT", "http", "integer"),
        ("PROOFDESK_DEFAULT_LOCALE", "fr", "zh-CN"),
        ("PROOFDESK_LOG_LEVEL", "LOUD", "WARNING"),
        ("PROOFDESK_EMBEDDER", "openai:", "name:argument"),
        ("PROOFDESK_CHAT_TIMEOUT_S", "0", "greater than 0"),
        ("PROOFDESK_KEEP_SNAPSHOTS", "0", "greater than or equal to 1"),
    ],
)
def test_an_error_names_variable_value_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(variable, value)
    pattern = rf"{variable} = '{re.escape(value)}' in the environment is not allowed: .*{re.escape(allowed)}"
    with pytest.raises(ConfigurationError, match=pattern):
        load_settings()


def test_an_error_names_the_file_it_comes_from(workdir: Path) -> None:
    (workdir / "proofdesk.toml").write_text("port = 70000\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"'70000' in proofdesk\.toml"):
        load_settings()
    (workdir / ".env").write_text("PROOFDESK_PORT=80000\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"'80000' in \.env"):
        load_settings()
    with pytest.raises(ConfigurationError, match=r"'90000' in an argument"):
        load_settings(port=90000)


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError, match=r"PROOFDESK_PORT.*PROOFDESK_LOG_LEVEL"):
        load_settings(port=-1, log_level="LOUD")


def test_evidence_holds_at_least_one_passage() -> None:
    with pytest.raises(
        ConfigurationError, match=r"PROOFDESK_EVIDENCE_TOKENS \(100\) .* PROOFDESK_PASSAGE_TOKENS \(320\)"
    ):
        load_settings(evidence_tokens=100)


@pytest.mark.parametrize("content", [b"port = \n", b'host = "\xff"\n'])
def test_a_broken_toml_file_is_an_error_to_mend(workdir: Path, content: bytes) -> None:
    (workdir / "proofdesk.toml").write_bytes(content)
    with pytest.raises(ConfigurationError, match="TOML"):
        load_settings()


@pytest.mark.parametrize(
    "value", ["ftp://models.example/v1", "models.example:8000", f"https://user:{SECRET}@models.example/v1", SECRET]
)
def test_an_address_is_checked_and_never_repeated(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PROOFDESK_CHAT_BASE_URL", value)
    with pytest.raises(ConfigurationError, match="PROOFDESK_CHAT_BASE_URL in the environment") as caught:
        load_settings()
    assert value not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_trailing_slash_of_an_address_is_dropped() -> None:
    assert load_settings(chat_base_url="http://127.0.0.1:8000/v1/").chat_base_url == "http://127.0.0.1:8000/v1"


def test_a_secret_shows_nowhere(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (workdir / ".env").write_text(f"PROOFDESK_EMBEDDING_API_KEY={SECRET}\n", encoding="utf-8")
    monkeypatch.setenv("PROOFDESK_CHAT_API_KEY", SECRET)
    settings = load_settings()
    shown = repr(settings) + str(settings) + settings.model_dump_json() + repr(settings.model_dump())
    assert SECRET not in shown
    assert settings.chat_api_key is not None
    assert settings.chat_api_key.get_secret_value() == SECRET
    with pytest.raises(ConfigurationError) as caught:
        load_settings(port=-1)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_secret_of_the_wrong_type_is_not_repeated(workdir: Path) -> None:
    (workdir / "proofdesk.toml").write_text("chat_api_key = 1234567890\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"PROOFDESK_CHAT_API_KEY in proofdesk\.toml is not allowed") as caught:
        load_settings()
    assert "1234567890" not in "".join(traceback.format_exception(caught.value))


def test_home_is_expanded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings(data_dir="~/desk").data_dir == tmp_path / "desk"


@given(st.integers(min_value=0, max_value=65535))
def test_every_port_is_accepted(port: int) -> None:
    assert load_settings(port=port).port == port


def test_the_example_file_lists_every_setting(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assigned = set(re.findall(r"^#(PROOFDESK_\w+)=", example, re.MULTILINE))
    assert assigned == {f"PROOFDESK_{name.upper()}" for name in Settings.model_fields} | {"PROOFDESK_CONFIG"}
    defaults = load_settings()
    uncommented = re.sub(r"^#(?=PROOFDESK_(?!CONFIG))", "", example, flags=re.MULTILINE)
    (workdir / ".env").write_text(uncommented, encoding="utf-8")
    shown = load_settings()
    assert shown.chat_base_url == "http://127.0.0.1:8000/v1"  # the file was read
    assert shown == defaults.model_copy(
        update={"chat_base_url": shown.chat_base_url, "embedding_base_url": shown.embedding_base_url}
    )


@pytest.mark.parametrize(
    "address", ["https://help.example.com/desk", "https://help.example.com/?a=1", "ftp://help.example.com"]
)
def test_the_public_address_is_a_whole_site(workdir: Path, address: str) -> None:
    with pytest.raises(ConfigurationError, match="PROOFDESK_PUBLIC_URL"):
        load_settings(public_url=address)
    assert load_settings(public_url="https://help.example.com/").public_url == "https://help.example.com"


@pytest.mark.parametrize(
    "values", [{"business_country": "HKG"}, {"business_timezone": "Mars/Base"}, {"secret_key": "short"}]
)
def test_places_and_keys_are_checked_at_the_start(workdir: Path, values: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(**values)
    assert next(iter(values)).upper() in str(caught.value)
    assert "short" not in str(caught.value)


def test_the_address_of_the_database_is_never_shown(workdir: Path) -> None:
    settings = load_settings(database_url="postgresql+psycopg://desk:hunter2@db/desk")
    assert "hunter2" not in repr(settings)
    assert settings.database == "postgresql+psycopg://desk:hunter2@db/desk"
    assert load_settings().database.endswith("/var/proofdesk.db")
