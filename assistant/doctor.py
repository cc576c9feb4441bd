"""What `proofdesk doctor` looks at: every part tried for real, one line each."""

from __future__ import annotations

import logging
import platform
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata

from assistant.bootstrap import App
from assistant.compliance.selfcheck import run as check_policy
from assistant.errors import ProofdeskError
from assistant.llm.models import load_drafter
from assistant.presenter import verify_problems

_log = logging.getLogger(__name__)
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
        ("database", _database),
        ("calendar", _calendar),
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
    except Exception as error:  # a defect of ours must not hide what the other checks find
        _log.debug("check %s", name, exc_info=True)
        return Check(name, False, f"unexpected error ({type(error).__name__})", "Reinstall the package or report it.")


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
    if problems := app.catalog.problems():
        named = "; ".join(f"{problem.document_id} ({problem.locale}): {problem.message}" for problem in problems)
        raise ProofdeskError(f"Out of force: {named}", hint="Ingest a mended file or remove the document.")
    return f"{len(documents)} documents in {len({document.locale for document in documents})} locales"


def _embedder(app: App) -> str:
    vectors = app.embedder.embed_queries(["提现未到账"])
    return f"{app.embedder.name}, {vectors.shape[1]} dimensions"


def _index(app: App) -> str:
    manifest = app.knowledge.status()
    if manifest is None:
        return "not built yet; the first question or `proofdesk index build` builds it"
    report = app.knowledge.verify()
    problems = verify_problems(report)
    if any(check.problems for check in report.snapshots if check.id == report.current):
        raise ProofdeskError("; ".join(problems), hint="Run `proofdesk index build`.")
    serving = app.retriever.snapshot_id  # refuses a snapshot of another embedder
    spare = f"; damaged, but not in use: {'; '.join(problems)}" if problems else ""
    return f"snapshot {serving}, {manifest.passages} passages{spare}"


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
    settings = app.settings
    spec = settings.chat_model
    load_drafter(
        spec,
        base_url=settings.chat_base_url,
        api_key=settings.chat_api_key,
        timeout_s=settings.chat_timeout_s,
    )
    if spec == "extractive":
        return "extractive (no model, no key)"
    return f"{spec} at {settings.chat_base_url or 'the default endpoint of OpenAI'}"


def _database(app: App) -> str:
    status = app.database.status()
    if status.revision and not status.current:
        raise ProofdeskError(
            f"{status.url} is at revision {status.revision}, this release needs {status.head}.",
            hint="Make a backup, then run `proofdesk db upgrade`.",
        )
    return status.url if status.current else f"{status.url} is not made yet; the first start makes it"


def _calendar(app: App) -> str:
    app.calendar.check()
    return f"holidays of {app.settings.business_country}, time of {app.settings.business_timezone}"
