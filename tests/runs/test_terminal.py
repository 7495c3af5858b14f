"""An answer that quotes a document cannot steer the reader's terminal: tried on a real pseudo-terminal."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

from runs.terminal import exact_json, exact_lines

BAD = "red \x1b[31m, title \x1b]0;x\x07, back \x08\x08, C1 \x9b2J, turned \u202etxt\u202c end\n"
PRINT = f"import sys; from runs.terminal import guard; guard(); print({BAD!r}, end=''); print({BAD!r}, end='', file=sys.stderr)"


def test_a_terminal_gets_no_control_characters_and_a_pipe_gets_all() -> None:
    parent, child = pty.openpty()
    environment = {**os.environ, "PYTHONUTF8": "1"}
    subprocess.run([sys.executable, "-c", PRINT], stdout=child, stderr=child, env=environment, check=True)
    os.close(child)
    shown = os.read(parent, 10_000).decode().replace("\r\n", "\n")
    os.close(parent)
    assert shown == 2 * "red [31m, title ]0;x, back , C1 2J, turned txt end\n"
    piped = subprocess.run([sys.executable, "-c", PRINT], capture_output=True, env=environment, check=True)
    assert piped.stdout.decode() == BAD


def test_what_is_decided_on_is_shown_whole_and_nothing_in_it_is_hidden_or_looks_like_another_argument() -> None:
    args = {
        "text": "x" * 5_000 + "END\nto: somebody else",
        "to": "a\u202eb\x1b[31m\ud800",
        "n": 5,
        "l": ["é", {"k": "\u200b"}],
    }
    assert exact_lines(args) == [
        f"text: {'x' * 5_000}END",
        "  | to: somebody else",
        "to: a⟨U+202E⟩b⟨U+001B⟩[31m⟨U+D800⟩",
        "n: 5",
        'l: ["é", {"k": "⟨U+200B⟩"}]',
    ]
    told = exact_json([args])
    assert json.loads(told) == [args]
    assert all(c == "\n" or c.isprintable() for c in told)
    assert "é" in told
