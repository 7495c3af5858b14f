"""`python -m runs` as a user starts it: a process of its own, in an empty home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runs.home import Home

ROOT = Path(__file__).parents[2]
LEASE = """# Lease

## 1 Term

The lease begins on 1 May 2026 and ends on 30 April 2029.

## 2 Deposit

The tenant pays a deposit of 2,700 euros before the keys are handed over.
"""


def runs(home: Path, *args: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "GROUNDWORK_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "runs", *args],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli") / "home"


def test_ask_prints_the_answer_and_its_events(home: Path) -> None:
    done = runs(home, "ask", "How much is 15% of 360?")
    assert done.returncode == 0, done.stderr
    assert "54" in done.stdout
    assert "calculate" in done.stderr
    assert "ended: done, answered" in done.stderr


def test_ask_about_a_file_gives_one_json_object_with_claims_and_sources(home: Path, tmp_path: Path) -> None:
    (tmp_path / "lease.md").write_text(LEASE)
    done = runs(home, "ask", "How high is the deposit?", "--file", str(tmp_path / "lease.md"), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {"run_id", "status", "answer", "claims", "sources", "steps", "seconds"} <= set(told)
    assert told["status"] == "done"
    assert "2,700" in told["answer"]
    assert told["claims"]
    assert {c["support"] for c in told["claims"]} == {"supported"}
    ids = {s["id"] for s in told["sources"]}
    assert all(set(c["sources"]) <= ids for c in told["claims"])
    assert any("2,700 euros" in s["quote"] and s["title"] == "lease.md" for s in told["sources"])
    assert all(
        {"id", "title", "tool", "args", "needs", "status", "output", "seconds", "attempts"} <= set(s)
        for s in told["steps"]
    )

    shown = runs(home, "show", told["run_id"])
    assert shown.returncode == 0
    assert "2,700" in shown.stdout
    listed = runs(home, "list")
    assert told["run_id"] in listed.stdout


def test_several_paths_may_follow_one_file_option(tmp_path: Path) -> None:
    (tmp_path / "lease.md").write_text(LEASE)
    (tmp_path / "note.txt").write_text("The boiler was serviced on 4 February 2026.")
    done = runs(
        tmp_path / "home",
        "ask",
        "What is 2 + 3?",
        "--file",
        str(tmp_path / "lease.md"),
        str(tmp_path / "note.txt"),
        "--json",
    )
    assert done.returncode == 0, done.stderr
    assert [f["name"] for f in json.loads(done.stdout)["files"]] == ["lease.md", "note.txt"]


def test_what_is_not_in_the_documents_is_not_answered(home: Path) -> None:
    done = runs(home, "ask", "Who is the chairman of the supervisory board of the airline?")
    assert done.returncode == 2, done.stdout
    assert "not_answered" in done.stderr


def test_users_do_not_see_each_other(home: Path) -> None:
    assert "deposit" not in runs(home, "list", "--user", "somebody").stdout
    done = runs(home, "ask", "How high is the deposit?", "--user", "somebody")
    assert done.returncode == 2
    assert "2,700" not in done.stdout


def test_ingest_tells_of_each_file(home: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("The boiler was serviced on 4 February 2026.")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    done = runs(home, "ingest", str(tmp_path / "note.txt"), str(tmp_path / "broken.pdf"))
    assert done.returncode == 1
    assert "note.txt: added" in done.stderr
    assert "broken.pdf: failed" in done.stderr


def test_ingest_takes_a_folder_with_everything_in_it_that_can_be_read(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    (papers / "deep").mkdir(parents=True)
    (papers / "note.txt").write_text("The boiler was serviced on 4 February 2026.")
    (papers / "deep" / "note.txt").write_text("The lift was serviced on 9 March 2026.")
    (papers / "program.exe").write_bytes(b"MZ")
    (tmp_path / "secret.txt").write_text("Not in the folder.")
    (papers / "link.txt").symlink_to(tmp_path / "secret.txt")
    done = runs(tmp_path / "home", "ingest", str(papers), "--json")
    assert done.returncode == 0, done.stderr
    assert [f["status"] for f in json.loads(done.stdout)["files"]] == [
        "added",
        "added",
    ]  # in two folders: two documents
    assert "left out, as of a kind that is not read: 1." in done.stderr


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("ask", "  "), "no goal"),
        (("ask", "read it", "--file", "no-such-file.pdf"), "no-such-file.pdf cannot be read"),
        (("show", "nothing"), "no run nothing"),
        (("ask", "one goal", "another goal"), "unrecognized arguments"),
    ],
)
def test_bad_input_says_what_happened(home: Path, args: tuple[str, ...], message: str) -> None:
    done = runs(home, *args)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_process_is_refused_by_name_but_may_list(home: Path) -> None:
    owner = Home.take(home)
    try:
        refused = runs(home, "ask", "How much is 1 + 1?")
        assert refused.returncode == 1
        assert f"process {os.getpid()}" in refused.stderr
        assert runs(home, "list").returncode == 0
    finally:
        owner.release()


def test_show_on_an_empty_home_says_so(tmp_path: Path) -> None:
    done = runs(tmp_path / "none", "show", "x")
    assert done.returncode == 1
    assert "cannot be opened" in done.stderr
    assert runs(tmp_path / "none", "list").returncode == 0


def test_a_run_is_run_again_from_a_step_and_compared(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = json.loads(runs(home, "ask", "How much is 15% of 360?", "--json").stdout)
    steps = runs(home, "fork", first["run_id"])
    assert "calculate" in steps.stdout
    id = steps.stdout.split()[0]
    refused = runs(home, "fork", first["run_id"], id, "--set", "expression")
    assert refused.returncode == 1
    assert "NAME=VALUE" in refused.stderr
    fork = runs(home, "fork", first["run_id"], id, "--set", "expression=20% of 360", "--json")
    assert fork.returncode == 0, fork.stderr
    told = json.loads(fork.stdout)
    assert "72" in told["answer"]
    beside = runs(home, "compare", told["run_id"])
    assert "+ expression: 20% of 360" in beside.stdout
    assert runs(home, "compare", first["run_id"]).returncode == 1
    assert runs(home, "limit", "runs", "2").stdout.split() == ["(everybody)", "runs", "2"]
    full = runs(home, "ask", "How much is 1% of 360?")
    assert full.returncode == 1
    assert "limit for today" in full.stderr
    assert runs(home, "limit", "runs", "much").returncode == 1


def test_what_nothing_supports_and_who_stepped_in_is_told_beside_the_answer() -> None:
    from runs.__main__ import _readable

    claims = [{"text": "The fee is 5.", "support": "supported"}, {"text": "It was 9 before.", "support": "unsupported"}]
    told = {
        "answer": "The fee is 5 [1]. It was 9 before.",
        "claims": claims,
        "sources": [],
        "data": {"notes": ["m failed."]},
    }
    assert _readable(told).split("\n\n")[1:] == ["Not found in the sources:\n- It was 9 before.", "m failed."]
