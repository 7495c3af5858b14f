"""run_python: computes over given values, and reaches nothing else whatever the code tries."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from tools.base import ToolContext, ToolFailed
from tools.run_python import run_python

CANARY = "canary-7f3a91"


def run(ctx: ToolContext, code: str, **data: object):
    return run_python.run(ctx, code, data)


def test_the_last_line_is_the_value_and_print_is_kept(ctx: ToolContext) -> None:
    made = run(
        ctx, "total = 0\nfor r in rows:\n    total += r[1]\nprint('rows', len(rows))\ntotal", rows=[["a", 2], ["b", 5]]
    )
    assert made.data["value"] == 7
    assert made.data["printed"] == "rows 2\n"
    assert made.text == "rows 2\n7"


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("import math\nround(math.sqrt(2), 3)", 1.414),
        ("from datetime import datetime\ndatetime.now().year", 2026),
        ("{'a': (1, 2), 3: {4}}", {"a": [1, 2], "3": [4]}),
        ("from decimal import Decimal\nDecimal('1.10') + 1", "2.10"),
        ("2 ** 100", str(2**100)),
        ("float('nan')", None),
        ("import re\nre.findall('[a-z]+', 'ab 12 cd')", ["ab", "cd"]),
        ("'Zürich \\U0001f600'", "Zürich 😀"),
        ("x = 1", None),
    ],
)
def test_values_come_back_as_json(ctx: ToolContext, code: str, value: object) -> None:
    assert run(ctx, code).data["value"] == value


def test_random_numbers_and_the_clock_are_the_same_when_it_is_run_again(ctx: ToolContext) -> None:
    code = "import random, datetime\n[random.random(), datetime.datetime.now().isoformat()]"
    assert run(ctx, code).data == run(ctx, code).data


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("1/0", "line 1: ZeroDivisionError"),
        ("x = 1\ny = undefined", "line 2: NameError"),
        ("def f(:", "SyntaxError"),
        ("   ", "no code"),
        ("def f(): return f()\nf()", "RecursionError"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(ctx: ToolContext, code: str, said: str) -> None:
    with pytest.raises(ToolFailed, match=said):
        run(ctx, code)


# Each of these would give the canary, a file's content or a value if it got out; each must fail or give nothing of it.
ESCAPES = {
    "environment": "import os\nos.environ['GROUNDWORK_MODEL_KEY']",
    "getenv": "import os\nos.getenv('GROUNDWORK_MODEL_KEY')",
    "environ dict": "import os\ndict(os.environ)",
    "open": "open(PATH).read()",
    "open proc": "open('/proc/self/environ').read()",
    "pathlib": "import pathlib\npathlib.Path(PATH).read_text()",
    "path iterdir": "from pathlib import Path\nlist(Path('/').iterdir())",
    "listdir": "import os\nos.listdir('/')",
    "scandir": "import os\n[x.name for x in os.scandir('/')]",
    "io open": "import io\nio.open(PATH).read()",
    "os open": "import os\nos.open(PATH, 0)",
    "traversal": "open('/../../..' + PATH).read()",
    "write": "open(PATH + '.new', 'w').write('x')",
    "mkdir": "import os\nos.mkdir(PATH + '.folder')",
    "unlink": "import os\nos.remove(PATH)",
    "rename": "import os\nos.rename(PATH, PATH + '.moved')",
    "system": "import os\nos.system('id')",
    "popen": "import os\nos.popen('id').read()",
    "subprocess": "import subprocess\nsubprocess.run(['id'])",
    "socket": "import socket\nsocket.create_connection(('127.0.0.1', PORT))",
    "urllib": "from urllib.request import urlopen\nurlopen('http://127.0.0.1:' + str(PORT)).read()",
    "http": "import http.client\nhttp.client.HTTPConnection('127.0.0.1', PORT).request('GET', '/')",
    "asyncio": "import asyncio\nasync def f():\n    return await asyncio.open_connection('127.0.0.1', PORT)\nasyncio.run(f())",
    "ctypes": "import ctypes\nctypes.CDLL(None)",
    "importlib": "import importlib\nimportlib.import_module('os').system('id')",
    "__import__": "__import__('os').system('id')",
    "builtins": "__builtins__['open'](PATH).read()",
    "globals builtins": "globals()['__builtins__']",
    "subclasses": "().__class__.__base__.__subclasses__()",
    "mro": "type(1).__mro__[-1].__subclasses__()",
    "function globals": "def f(): pass\nf.__globals__['__builtins__']",
    "code object": "def f(): pass\nf.__code__.co_code",
    "frames": "import sys\nsys._getframe(0).f_globals",
    "traceback frames": "try:\n    1/0\nexcept Exception as e:\n    t = e.__traceback__.tb_frame.f_globals\nt",
    "generator frame": "g = (x for x in [1])\ng.gi_frame.f_globals",
    "format walk": "'{0.__class__.__mro__}'.format(1)",
    "getattr walk": "getattr(getattr((), '__cl' + 'ass__'), '__base__')",
    "sys modules": "import sys\nsys.modules['os'].environ",
    "sys path": "import sys\nsys.path.append('/tmp')\nimport GROUNDWORK_EVIL",
    "pickle": "import pickle\npickle.loads(b\"cos\\nsystem\\n(S'id'\\ntR.\")",
    "eval": "eval(\"__import__('os').environ\")",
    "exec": "exec(\"import os\\nx = os.environ['GROUNDWORK_MODEL_KEY']\")\nx",
    "compile": "exec(compile('import socket', 'x', 'exec'))",
    "input": "input()",
    "signal": "import signal\nsignal.alarm(0)",
    "fork": "import os\nos.fork()",
    "kill": "import os\nos.kill(os.getppid(), 9)",
    "pandas": "import pandas\npandas.read_csv(PATH)",
    "host library": "import pydantic_monty\npydantic_monty.Monty()",
    "ours": "import tools.base",
}  # fmt: skip


@pytest.mark.parametrize("code", ESCAPES.values(), ids=list(ESCAPES))
def test_nothing_gets_out(ctx: ToolContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setenv("GROUNDWORK_MODEL_KEY", CANARY)
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    before = sorted(p.name for p in tmp_path.rglob("*"))
    called = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)

        def listen() -> None:
            try:
                server.accept()[0].close()
                called.set()
            except TimeoutError:
                return

        listener = threading.Thread(target=listen)
        listener.start()
        try:
            made = run(ctx, code, PATH=str(secret), PORT=server.getsockname()[1])
        except ToolFailed as e:
            shown = str(e)
        else:
            shown = f"{made.text} {made.data['value']}"
            assert made.data["value"] is None or not isinstance(made.data["value"], list | dict), "it saw something"
        listener.join()
    assert not called.is_set(), "it reached the network"
    assert CANARY not in shown
    assert "uid=" not in shown
    assert sorted(p.name for p in tmp_path.rglob("*")) == before
    assert secret.read_text() == CANARY


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "import time\nwhile True: time.sleep(1)",
        "for _ in range(10**12): pass",
        "sum(range(10**14))",
        "try:\n    while True: pass\nexcept BaseException:\n    while True: pass",
        "while True: print('x' * 1000)",
    ],
)
def test_what_does_not_end_is_ended(ctx: ToolContext, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr("tools.run_python.SECONDS", 1.0)
    with pytest.raises(ToolFailed, match="stopped after"):
        run(ctx, code)


def test_sleeping_takes_no_time(ctx: ToolContext) -> None:
    assert run(ctx, "import time\ntime.sleep(100000)\n1").data["value"] == 1


def test_an_interpreter_that_ignores_its_limits_is_killed(ctx: ToolContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line of defence by itself: the parent's clock, without the limits inside."""
    import tools.run_python as module

    monkeypatch.setattr(module, "_KILLED", -8.0)
    with pytest.raises(ToolFailed, match="stopped after"):
        run(ctx, "while True: pass")
    assert not [p for p in _children() if "monty" in p], "the interpreter outlived its parent"


def _children() -> list[str]:
    """Command lines of the processes below this one, and of orphans in a session that it made."""
    out = []
    for p in Path("/proc").iterdir() if Path("/proc").is_dir() else []:
        try:
            if p.name.isdigit() and (p / "stat").read_text().rsplit(")", 1)[1].split()[1] in (str(os.getpid()), "1"):
                out.append((p / "cmdline").read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return out


@pytest.mark.parametrize(
    "code",
    [
        "'a' * 10**11",
        "[0] * 10**10",
        "2 ** 10**10",
        "x = []\nwhile True: x.append('a' * 10**6)",
        "x = {}\nfor i in range(10**9): x[i] = str(i) * 100",
        "x = 'a'\nwhile True: x = x + x",
    ],
)
def test_memory_is_capped(ctx: ToolContext, code: str) -> None:
    with pytest.raises(ToolFailed, match="memory"):
        run(ctx, code)


def test_long_output_is_cut_and_said_so(ctx: ToolContext) -> None:
    made = run(ctx, "print('x' * 100000)\n1")
    assert len(made.data["printed"]) < 21_000
    assert "left out" in made.text
    with pytest.raises(ToolFailed, match="too large"):
        run(ctx, "'x' * 10**6")
