"""What `proofdesk doctor` and the health page look at: every part tried for real, one line each."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata

from assistant.bootstrap import App
from assistant.compliance.selfcheck import run as check_policy
from assistant.errors import ProofdeskError
from assistant.presenter import verify_problems

_PACKAGES = ("faiss-cpu", "gradio", "langchain", "openai", "sentence-transformers", "tiktoken")
_MIN_FREE_MB = 200


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `hint` says what to do when `ok` is false."""

    name: str
    ok: bool
    detail: str
    hint: str = ""


def run_checks(app: App) -> tuple[Check, ...]:
    """Every check in order; a failing one never stops the rest."""
    checks: tuple[tuple[str, Callable[[App], str]], ...] = (
        ("python", lambda _: platform.python_version()),
        ("packages", lambda _: ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)),
        ("data_dir", _data_dir),
        ("tokens", _tokens),
        ("documents", _documents),
        ("embedder", _embedder),
        ("index", _index),
        ("confidence", lambda app: f"threshold {app.confidence.threshold:.3f}"),
        ("firewall", _firewall),
        ("policy", _policy),
        ("chat_model", _chat_model),
    )
    return tuple(_run(name, check, app) for name, check in checks)


def _run(name: str, check: Callable[[App], str], app: App) -> Check:
    try:
        return Check(name, True, check(app))
    except ProofdeskError as error:
        return Check(name, False, error.args[0] if error.args else str(error), error.hint)
    except metadata.PackageNotFoundError as error:
        return Check(name, False, f"{error.name} is not installed", f"pip install {error.name}")
    except OSError as error:
        return Check(name, False, str(error), "Check the path, its permissions and the free space.")


def _data_dir(app: App) -> str:
    folder = app.settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(b"proofdesk")
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < _MIN_FREE_MB:
        raise ProofdeskError(f"Only {free_mb} MB free in {folder}.", hint="Free some space or set PROOFDESK_DATA_DIR.")
    return f"{folder} is writable, {free_mb} MB free"


def _tokens(app: App) -> str:
    return f"{app.token_counter.count('提现多久到账')} tokens in a sample"


def _documents(app: App) -> str:
    documents = app.catalog.documents()
    return f"{len(documents)} documents in {len({document.locale for document in documents})} locales"


def _embedder(app: App) -> str:
    vectors = app.embedder.embed_queries(["提现未到账"])
    return f"{app.embedder.name}, {vectors.shape[1]} dimensions"


def _index(app: App) -> str:
    manifest = app.knowledge.status()
    if manifest is None:
        return "not built yet; the first question or `proofdesk index build` builds it"
    report = app.knowledge.verify()
    if not report.ok:
        raise ProofdeskError("; ".join(verify_problems(report)), hint="Run `proofdesk index build`.")
    return f"snapshot {manifest.id}, {manifest.passages} passages"


def _firewall(app: App) -> str:
    # A published all-zero-entropy test vector: no one's wallet.
    phrase = " ".join(["abandon"] * 11 + ["about"])
    if "abandon" in app.firewall.screen(phrase).text:
        raise ProofdeskError("The firewall lets a seed phrase through.", hint="Reinstall the package; do not serve.")
    return "destroys a sample seed phrase"


def _policy(app: App) -> str:
    report = check_policy(app.policy)
    if not report.ok:
        raise ProofdeskError("The policy pack fails its own examples.", hint="Run `proofdesk policy check`.")
    return app.policy.version


def _chat_model(app: App) -> str:
    spec = app.settings.chat_model
    if spec == "extractive":
        return "extractive (no model, no key)"
    return f"{spec} at {app.settings.chat_base_url or os.environ.get('OPENAI_BASE_URL', 'the default endpoint')}"
