"""Where the server starts to listen: the very command that a user types, with an address that others can reach."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT


def _start(home: Path, address: str, port: int) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.address",
        address,
    ]
    env = {**os.environ, "GROUNDWORK_HOME": str(home / "groundwork"), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def _port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_it_does_not_start_where_others_could_reach_it_without_signing_in(tmp_path: Path, address: str) -> None:
    process = _start(tmp_path, address, _port())
    try:
        told, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode != 0
    assert b"does not listen on " + address.encode() in told
    assert b"user add" in told


def test_with_an_account_it_starts_and_asks_everybody_to_sign_in(tmp_path: Path) -> None:
    env = {**os.environ, "GROUNDWORK_HOME": str(tmp_path / "groundwork"), "PYTHONPATH": str(ROOT)}
    add = [sys.executable, "-m", "runs", "user", "add", "root", "--role", "admin"]
    subprocess.run(add, cwd=ROOT, env=env, input=b"correct horse battery\n", check=True, capture_output=True)
    port = _port()
    process = _start(tmp_path, "0.0.0.0", port)
    try:
        end, page = time.monotonic() + 60, ""
        while not page and time.monotonic() < end and process.poll() is None:
            try:
                page = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).read().decode()
            except OSError:
                time.sleep(0.2)
        assert "Sign in to Groundwork" in page
    finally:
        process.kill()
        process.wait()
