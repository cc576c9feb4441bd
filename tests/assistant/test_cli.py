from __future__ import annotations

import json
import logging
import shutil
import socket
import sys
from pathlib import Path

import pytest

from assistant.bootstrap import App
from assistant.cli import _guarded
from tests.assistant.conftest import Run, damage
from tests.chain.contract import assert_answered

DELAYED = "我昨晚用 TRC20 提了 500U，都两个小时了还没到"
PROGRAM = (sys.executable, "-m", "assistant")


class TestAsk:
    def test_text_goes_to_stdout_and_the_rest_to_stderr(self, run: Run) -> None:
        done = run("ask", DELAYED)
        assert done.code == 0
        assert "USDT（TRC20）：通常到账时间 30 分钟。" in done.out
        assert "answer · review · confidence " in done.err
        assert "[1] wd-delayed · 提现未到账或延迟" in done.err

    def test_json_is_one_line_that_keeps_the_contract(self, run: Run, app: App) -> None:
        done = run("ask", DELAYED, "--json")
        assert done.code == 0
        assert done.out.count("\n") == 1
        assert_answered(app, done.row, [DELAYED])
        assert done.row["citations"][0]["document_id"] == "wd-delayed"
        assert "提现" in done.out, "Chinese stays readable"

    def test_turns_are_a_conversation(self, run: Run, app: App) -> None:
        turns = ["USDT 用 TRC20 提现多久到账", "那 ERC20 呢"]
        done = run("ask", turns[1], "--turn", turns[0], "--json")
        assert_answered(app, done.row, turns)
        assert "USDT（ERC20）" in done.row["text"]

    def test_turns_need_no_question_beside_them(self, run: Run) -> None:
        done = run("ask", "--turn", "提现没到账", "--turn", "转人工", "--json")
        assert done.row["handoff_reason"] == "customer_request"

    def test_place_language_and_day_count(self, run: Run) -> None:
        row = run("ask", "怎么充值 USDT", "--jurisdiction", "cn", "--locale", "en-GB", "--json").row
        assert (row["handoff_reason"], row["language"]) == ("region", "en")
        assert run("ask", DELAYED, "--as-of", "2025-12-31", "--json").row["handoff_reason"] == "no_evidence"

    def test_plain_words_can_be_asked_for(self, run: Run, app: App) -> None:
        row = run("ask", DELAYED, "--plain", "--json").row
        assert_answered(app, row, [DELAYED])
        assert row["versions"]["level"] == "plain"
        assert "（提现：" in row["text"]

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (("提现", "--jurisdiction", "China"), "two-letter"),
            (("提现", "--locale", "klingon"), "zh-CN"),
            (("提现", "--as-of", "yesterday"), "--as-of"),
            ((), "--batch"),
            (("提现", "--batch", "rows.jsonl"), "either"),
            (("--no-such-option",), "--no-such-option"),
        ],
    )
    def test_wrong_usage_is_exit_code_2(self, run: Run, arguments: tuple[str, ...], told: str) -> None:
        done = run("ask", *arguments)
        assert (done.code, done.out) == (2, "")
        assert told in done.err

    @pytest.mark.parametrize(
        ("question", "told"),
        [
            ("", "Write what you want to know"),
            ("  \n", "Write what you want to know"),
            ("字" * 200_000, "Shorten it to 8,000"),
            ("\x00\x01\x02\x03", "not text"),
            ("\udcff\udcfe\udc80", "not text"),
        ],
        ids=["empty", "blank", "huge", "control", "bytes"],
    )
    def test_what_is_no_question_is_refused(self, run: Run, question: str, told: str) -> None:
        done = run("ask", question, "--json")
        assert (done.code, done.out) == (1, "")
        assert told in done.err
        assert done.err.count("\n") == 1

    def test_emoji_are_answered_with_a_question(self, run: Run) -> None:
        done = run("ask", "😀", "--json")
        assert (done.code, done.row["action"], done.row["citations"]) == (0, "clarify", [])


class TestBatch:
    def test_every_row_gets_its_line(self, run: Run, tmp_path: Path, app: App) -> None:
        rows = [
            {"id": "a", "text": DELAYED},
            {"id": 2, "turns": ["USDT 用 TRC20 提现多久到账", "那 ERC20 呢"]},
            {"id": "nothing", "text": ""},
            {"id": "huge", "text": "字" * 200_000},
            {"id": "both", "text": "提现", "turns": ["提现"]},
            {"id": "cn", "text": "怎么充值 USDT", "jurisdiction": "CN"},
            {"id": "half \ud83d", "text": "转人工"},
            {"id": "escape", "text": "BTC 提现手续费\x1b是多少"},
        ]
        lines = [json.dumps(row) for row in rows]
        file = tmp_path / "rows.jsonl"
        file.write_text("\n".join([*lines[:2], "{oops", "", *lines[2:]]), encoding="utf-8")
        done = run("ask", "--batch", file, "--json")
        assert done.code == 1
        ids = ["a", "2", "line 3", "nothing", "huge", "both", "cn", "half \ud83d", "escape"]
        assert [row["id"] for row in done.rows] == ids
        assert [row["id"] for row in done.rows if "error" in row] == ["line 3", "nothing", "huge", "both"]
        assert "4 rows could not be answered" in done.err
        by_id = {row["id"]: row for row in done.rows}
        assert_answered(app, by_id["a"], [DELAYED])
        assert by_id["cn"]["handoff_reason"] == "region"
        assert by_id["escape"]["action"] == "answer"

    def test_good_rows_are_exit_code_0(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "rows.jsonl").write_text('{"id": "1", "text": "转人工"}\n', encoding="utf-8")
        done = run("ask", "--batch", "rows.jsonl", "--locale", "en")
        assert (done.code, done.row["language"]) == (0, "en")

    def test_a_missing_file_is_said_before_any_work(self, run: Run, tmp_path: Path) -> None:
        done = run("ask", "--batch", "missing.jsonl", DATA_DIR=tmp_path / "none")
        assert (done.code, done.out) == (1, "")
        assert "Cannot read missing.jsonl" in done.err
        assert not (tmp_path / "none").exists()


class TestSearch:
    def test_hits_as_json_lines(self, run: Run) -> None:
        done = run("search", "BTC 提现手续费", "-k", "3", "--lang", "zh-CN", "--json")
        assert done.code == 0
        assert len(done.rows) == 3
        for row in done.rows:
            assert row.keys() >= {"document_id", "passage_id", "title", "text", "score", "retrievers"}
            assert set(row["retrievers"]) <= {"dense", "lexical"}
            assert row["locale"] == "zh-CN"
        assert done.rows[0]["document_id"] == "wd-fees-limits"
        assert [row["score"] for row in done.rows] == sorted((row["score"] for row in done.rows), reverse=True)

    def test_nothing_found_is_said(self, run: Run) -> None:
        done = run("search", "提现", "--as-of", "2025-12-31", "--json")
        assert (done.code, done.out) == (0, "")
        assert "Nothing found" in done.err

    def test_an_empty_query_is_refused(self, run: Run) -> None:
        done = run("search", " ")
        assert (done.code, done.out) == (1, "")
        assert "empty" in done.err

    def test_secrets_are_not_searched_for(self, run: Run) -> None:
        secret = "legal winner thank year wave sausage worth useful legal winner thank yellow"
        done = run("search", f"助记词 {secret}", "-k", "3")
        assert secret not in done.out + done.err


class TestIngest:
    def test_a_good_document_goes_in_beside_broken_ones(self, run: Run, own_data_dir: Path, tmp_path: Path) -> None:
        folder = tmp_path / "docs"
        folder.mkdir()
        (folder / "binary.md").write_bytes(b"\x00\x01\x02\xff\xfe")
        (folder / "empty.md").write_bytes(b"")
        (folder / "front.md").write_text("---\ntitle: [\n---\n正文\n", encoding="utf-8")
        (folder / "gift.md").write_text(
            "---\ntitle: 云桥礼品卡\n"
            "questions: [云桥礼品卡多久过期, 礼品卡能用多久, 礼品卡在哪兑换, 礼品卡的有效期]\n---\n"
            "云桥礼品卡在「资产 > 礼品卡」兑换，每张有效期 90 天。\n",
            encoding="utf-8",
        )
        done = run("ingest", folder, "--json", DATA_DIR=own_data_dir)
        assert done.code == 1
        states = {Path(row["path"]).name: row["status"] for row in done.rows}
        assert states == {"binary.md": "failed", "empty.md": "failed", "front.md": "failed", "gift.md": "added"}
        assert all(row["error"] for row in done.rows if row["status"] == "failed")
        answer = run("ask", "云桥礼品卡有效期多久", "--json", DATA_DIR=own_data_dir)
        assert answer.row["citations"][0]["document_id"] == "gift"
        assert "90 天" in answer.row["text"]
        again = run("ingest", folder / "gift.md", DATA_DIR=own_data_dir)
        assert (again.code, again.out.split()[0]) == (0, "unchanged")

    def test_a_path_that_is_not_there(self, run: Run, own_data_dir: Path) -> None:
        done = run("ingest", "nowhere", DATA_DIR=own_data_dir)
        assert done.code == 1
        assert "cannot be read" in done.out

    def test_an_empty_folder_is_said(self, run: Run, own_data_dir: Path, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        done = run("ingest", tmp_path / "empty", DATA_DIR=own_data_dir)
        assert (done.code, done.out) == (0, "")
        assert "no file" in done.err


class TestIndex:
    def test_life_of_an_index(self, run: Run, tmp_path: Path) -> None:
        var = tmp_path / "new"
        assert run("index", "status", "--json", DATA_DIR=var).row == {"built": False}
        missing = run("index", "verify", DATA_DIR=var)
        assert missing.code == 1
        assert "no index" in missing.out
        first = run("ask", "怎么联系人工客服", "--json", DATA_DIR=var)
        assert (first.code, first.row["action"]) == (0, "answer")
        assert "building it" in first.err
        built = run("index", "build", "--json", DATA_DIR=var).row
        assert built["snapshot"] == first.row["versions"]["snapshot"], "nothing changed, so nothing is built"
        assert run("index", "rollback", DATA_DIR=var).code == 1
        second = run("index", "build", "--json", DATA_DIR=var, PASSAGE_TOKENS="400").row
        assert second["snapshot"] > built["snapshot"]
        assert run("index", "status", "--json", DATA_DIR=var).row["snapshot"] == second["snapshot"]
        back = run("index", "rollback", "--json", DATA_DIR=var)
        assert (back.code, back.row["snapshot"]) == (0, built["snapshot"])
        verified = run("index", "verify", "--json", DATA_DIR=var)
        assert verified.row == {"ok": True, "snapshot": built["snapshot"], "problems": []}

    def test_a_damaged_index_is_refused_and_a_build_mends_it(self, run: Run, own_data_dir: Path) -> None:
        [vectors] = own_data_dir.glob("index/*/vectors.faiss")
        damage(vectors)
        asked = run("ask", DELAYED, "--json", DATA_DIR=own_data_dir)
        assert (asked.code, asked.out) == (1, "")
        assert "damaged" in asked.err
        assert "proofdesk index build" in asked.err
        verified = run("index", "verify", "--json", DATA_DIR=own_data_dir)
        assert (verified.code, verified.row["ok"]) == (1, False)
        built = run("index", "build", "--json", DATA_DIR=own_data_dir)
        assert built.code == 0
        assert run("ask", DELAYED, "--json", DATA_DIR=own_data_dir).row["action"] == "answer"
        left = run("index", "verify", "--json", DATA_DIR=own_data_dir).row["problems"]
        assert not any(built.row["snapshot"] in problem for problem in left)

    @pytest.mark.parametrize("part", ["passages.db", "manifest.json", "CURRENT", "folder"])
    def test_whatever_is_damaged_the_message_says_what_to_do(self, run: Run, own_data_dir: Path, part: str) -> None:
        [snapshot] = own_data_dir.glob("index/*/")
        if part == "folder":
            shutil.rmtree(snapshot)
        elif part == "CURRENT":
            (snapshot.parent / part).write_bytes(b"\xff\x00nonsense")
        else:
            damage(snapshot / part)
        searched = run("search", "提现", DATA_DIR=own_data_dir)
        assert (searched.code, searched.out) == (1, "")
        assert "proofdesk index" in searched.err
        assert "Unexpected" not in searched.err
        verified = run("index", "verify", "--json", DATA_DIR=own_data_dir)
        assert (verified.code, verified.row["ok"]) == (1, False)
        assert verified.row["problems"]


class TestRedact:
    def test_spans_count_code_points_of_the_input(self, run: Run) -> None:
        text = "😀 手机 13812345678，邮箱 li.lei@example.com"
        done = run("redact", stdin=text.encode())
        assert done.code == 0
        found = {text[span["start"] : span["end"]]: (span["type"], span["action"]) for span in done.row["spans"]}
        assert found == {"13812345678": ("PHONE", "mask"), "li.lei@example.com": ("EMAIL", "mask")}
        assert done.row["text"] == "😀 手机 ⟦PHONE_1⟧，邮箱 ⟦EMAIL_1⟧"

    def test_a_secret_is_destroyed_and_an_address_stays(self, run: Run) -> None:
        phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
        address = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
        done = run("redact", stdin=f"{phrase}，地址 {address}".encode())
        assert "winner" not in done.out
        assert address in done.row["text"]
        assert {span["action"] for span in done.row["spans"]} == {"destroy", "keep"}

    @pytest.mark.parametrize("stdin", [b"", b"\xff\xfe\x80 13812345678", bytes(range(256)), b"\xed\xa0\x80"])
    def test_any_bytes_give_json(self, run: Run, stdin: bytes) -> None:
        done = run("redact", stdin=stdin)
        assert done.code == 0
        assert set(done.row) == {"text", "spans"}
        text = stdin.decode("utf-8", errors="replace")
        assert [text[s["start"] : s["end"]] for s in done.row["spans"] if s["type"] == "PHONE"] == (
            ["13812345678"] if b"138" in stdin else []
        )

    def test_it_needs_no_settings(self, run: Run) -> None:
        assert run("redact", stdin=b"hello", PORT="abc").code == 0


class TestOtherCommands:
    def test_policy_check(self, run: Run) -> None:
        done = run("policy", "check", "--json")
        assert (done.code, done.row["ok"], done.row["failures"]) == (0, True, [])
        assert done.row["fixtures"] > done.row["rules"] > 0
        assert "rules" in run("policy", "check").out

    def test_doctor(self, run: Run) -> None:
        done = run("doctor", "--json")
        assert done.code == 0, done.out
        assert all(check["ok"] for check in done.row["checks"])

    def test_doctor_says_what_fails_and_what_to_do(self, run: Run) -> None:
        done = run("doctor", EMBEDDER="nonsense")
        assert done.code == 1
        [line] = [line for line in done.out.splitlines() if line.startswith("FAIL embedder")]
        assert "bundled" in line
        assert "ok   firewall" in done.out

    def test_a_port_in_use_is_said(self, run: Run) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            done = run("serve", "--port", str(port))
        assert (done.code, done.out) == (1, "")
        assert f"127.0.0.1:{port} is in use" in done.err
        assert "PROOFDESK_PORT" in done.err

    def test_a_host_that_is_not_ours_is_said(self, run: Run) -> None:
        done = run("serve", "--host", "192.0.2.1", "--port", "0")
        assert done.code == 1
        assert "192.0.2.1:0 cannot be used" in done.err

    @pytest.mark.parametrize("arguments", [("frobnicate",), ("index", "frobnicate"), ("search",), ("ingest",)])
    def test_wrong_usage_is_exit_code_2(self, run: Run, arguments: tuple[str, ...]) -> None:
        done = run(*arguments)
        assert (done.code, done.out) == (2, "")
        assert "--help" in done.err

    @pytest.mark.parametrize(
        ("variables", "told"),
        [
            ({"PORT": "abc"}, "PROOFDESK_PORT = 'abc' in the environment is not allowed"),
            ({"DATADIR": "x"}, "Did you mean PROOFDESK_DATA_DIR?"),
            ({"CONFIG": "nowhere.toml"}, "nowhere.toml"),
            ({"CHAT_MODEL": "llama"}, "chat model"),
            ({"EMBEDDER": "nonsense"}, "nonsense"),
        ],
    )
    def test_a_bad_setting_is_named(self, run: Run, variables: dict[str, str], told: str) -> None:
        done = run("ask", "怎么联系人工客服", **variables)
        assert (done.code, done.out) == (1, "")
        assert told in done.err

    def test_a_data_directory_that_cannot_be_written(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        done = run("index", "build", DATA_DIR=tmp_path / "file")
        assert (done.code, done.out) == (1, "")
        assert "Not a directory" in done.err

    def test_a_defect_of_ours_is_one_line_and_its_text_only_in_the_debug_log(
        self, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        def defect() -> None:
            raise KeyError("提现没到账")

        caplog.set_level(logging.INFO)
        assert _guarded(defect) == 1
        out, err = capsys.readouterr()
        assert (out, err.count("\n"), caplog.text) == ("", 1, "")
        assert "KeyError" in err
        assert "proofdesk doctor" in err
        assert "提现" not in err
        caplog.set_level(logging.DEBUG)
        assert _guarded(defect) == 1
        assert "Traceback" in caplog.text
