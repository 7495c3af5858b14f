"""The conventions of the house, tested: who imports whom, what importing does, what the README promises."""

from __future__ import annotations

import ast
import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from graph import events

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "text": set[str](),
    "memory": {"text"},
    "tools": {"text"},
    "agents": {"tools", "memory", "text"},
    "graph": {"agents", "tools", "memory", "text"},
    "runs": {"graph", "agents", "tools", "memory", "text"},
    "ui": {"runs", "graph", "agents", "memory", "text"},
    "app": {"ui", "runs"},
}
ONLY_IN = {"streamlit": {"ui", "app"}, "chromadb": {"memory"}, "dbos": {"runs"}, "langgraph": {"graph", "runs"}}
# A provider's SDK is behind these two modules; what imports it at its top is itself imported when it is used.
SDKS = {"langchain", "langchain_openai", "openai", "anthropic", "ollama", "groq", "mistralai", "google"}
SDK_MODULES = {"chat.py", "compatible.py"}


def sources() -> list[tuple[str, Path]]:
    rooms = [(room, p) for room in MAY_IMPORT for p in sorted((ROOT / room).rglob("*.py"))]
    return [*rooms, ("app", ROOT / "app.py")]


def imported(path: Path) -> set[str]:
    """Top-level names of all modules a file imports, those inside functions as well."""
    out: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            out |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            out.add(node.module.split(".")[0])
    return out


@pytest.mark.parametrize(("room", "path"), sources(), ids=lambda x: x.name if isinstance(x, Path) else x)
def test_imports_flow_one_way(room: str, path: Path) -> None:
    names = imported(path)
    ours = names & set(MAY_IMPORT) - {room}
    assert ours <= MAY_IMPORT[room], f"{path.name} must not import {ours - MAY_IMPORT[room]}"
    for package, rooms in ONLY_IN.items():
        assert package not in names or room in rooms, f"only {rooms} may import {package}"
    if not (path.parent.name == "models" and path.name in SDK_MODULES):
        assert not names & SDKS, f"only agents/models/ {SDK_MODULES} may import {names & SDKS}"


def test_importing_does_nothing(tmp_path: Path) -> None:
    """No folder is made, no heavy package loaded, no key read, for any module of ours."""
    modules = [
        ".".join(p.relative_to(ROOT).with_suffix("").parts) for room, p in sources() if room not in ("ui", "app")
    ]
    modules = [m.removesuffix(".__init__") for m in modules if not m.endswith(("__main__", "models.compatible"))]
    code = (
        "import importlib, sys\n"
        f"for m in {modules!r}: importlib.import_module(m)\n"
        "heavy = {'chromadb', 'onnxruntime', 'duckdb', 'dbos', 'streamlit', 'pandas', 'trafilatura', 'pint', 'dateparser'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    home = tmp_path / "home"
    env = {**os.environ, "HOME": str(home), "GROUNDWORK_HOME": str(home / "g"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    assert not home.exists()


def test_every_event_is_in_the_vocabulary_and_survives_json() -> None:
    classes = {c for c in vars(events).values() if isinstance(c, type) and dataclasses.is_dataclass(c)}
    assert classes == set(events.EVENTS.values()) == set(get_args(events.Event))
    for name, cls in events.EVENTS.items():
        fields = {f.name: f for f in dataclasses.fields(cls)}
        assert fields["kind"].default == name
        event = cls(**{n: n for n in fields if n != "kind"})
        assert events.from_json(events.to_json(event)) == event


def test_every_event_has_its_line() -> None:
    from runs.lines import line

    text = (ROOT / "runs" / "lines.py").read_text(encoding="utf-8")
    for name in events.EVENTS:
        assert f"e.{name}(" in text, f"runs/lines.py does not know {name}"
    assert line(events.StopRequested())


def test_text_is_escaped_in_one_place() -> None:
    """`ui.render.escape` also leaves out what nobody sees; HTML's own does not."""
    for room, path in sources():
        if room == "ui" and path.name != "render.py":
            assert not re.search(r"html import .*escape|html\.escape", path.read_text(encoding="utf-8")), path.name


def test_every_line_of_the_audit_log_has_a_name_for_people() -> None:
    from runs.audit_book import AUDITED
    from ui.audit_page import _WORDS

    written = set[str]()  # kinds: CamelCase texts that are handed to the chain or the book
    for path in (p for room, p in sources() if room == "runs"):
        for call in (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr in ("append", "add", "_told"):
                said = [n.value for a in call.args[:2] for n in ast.walk(a) if isinstance(n, ast.Constant)]
                written |= {x for x in said if isinstance(x, str) and re.fullmatch(r"(?:[A-Z][a-z]+){2,}", x)}
    assert {"SignedIn", "SignInFailed", "ServerAdded", "WatchAdded", "RuleSet", "ThreadDeleted"} <= written
    assert written | {e.__name__ for e in AUDITED} | {"Erased"} <= set(_WORDS)


LONGEST = 320  # lines of a file


def test_files_stay_readable() -> None:
    lines = {p.relative_to(ROOT).as_posix(): len(p.read_text("utf-8").splitlines()) for _, p in sources()}
    long = {name: n for name, n in lines.items() if n > LONGEST}
    assert not long, f"over {LONGEST} lines, is a room missing? {long}"


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Every string of a file with its line; what an f-string puts in stands as "x"."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    joined = [n for n in ast.walk(tree) if isinstance(n, ast.JoinedStr)]
    inside = {id(v) for n in joined for v in n.values}
    for n in joined:
        yield n.lineno, "".join(str(v.value) if isinstance(v, ast.Constant) else "x" for v in n.values)
    for n in ast.walk(tree):
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in inside:
            yield n.lineno, n.value


def alternatives(pattern: str) -> list[str]:
    """A regex cut at the bars that stand in no group and in no character class."""
    out, depth, in_class = [""], 0, False
    for piece in re.findall(r"\\.|.", pattern, re.S):
        if in_class:
            in_class = piece != "]"
        elif piece == "[":
            in_class = True
        elif piece in "()":
            depth += 1 if piece == "(" else -1
        elif piece == "|" and not depth:
            out.append("")
            continue
        out[-1] += piece
    return out


def binds_only_its_ends(pattern: str) -> bool:
    r"""Is it like `\bwhich|who\b`, which finds "whichever" as well: meant is `\b(?:which|who)\b`?"""
    first, *_, last = found if len(found := alternatives(pattern)) > 1 else ["", ""]
    opens = first.startswith(r"\b") and not first.endswith(r"\b")
    return opens and last.endswith(r"\b") and not last.startswith((r"\b", "(?P<"))  # a named alternative is a whole


def test_alternatives_between_word_boundaries_stand_in_a_group() -> None:
    assert binds_only_its_ends(r"\bwhich|who\b")
    assert binds_only_its_ends(r"\b(?:work|rest) days?|[|]|holidays\b")
    assert not any(map(binds_only_its_ends, [r"\b(?:which|who)\b", r"\bno\b|n't\b", r"\bmean|median"]))
    others = [p for room in ("tests", "bench") for p in sorted((ROOT / room).rglob("*.py")) if p != Path(__file__)]
    loose = [
        f"{p.relative_to(ROOT)}:{n}"
        for p in [*(p for _, p in sources()), *others]
        for n, s in literals(p)
        if binds_only_its_ends(s)
    ]
    assert not loose, f"the first \\b binds the first alternative only, the last one the last: {loose}"


def test_nothing_names_a_registry_or_this_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    bad = re.compile(
        r"py" r"pi\.org|python" r"hosted|npm" r"js\.org|deb\.deb" r"ian|/ro" r"ot/|/wo" r"rk/|index-" r"url http"
    )
    for name in listed.stdout.split("\n"):
        path = ROOT / name
        if (
            path.suffix in {".py", ".md", ".toml", ".txt", ".yml", ".yaml", ".json", ".cfg", ".css", ""}
            and path.is_file()
        ):
            found = bad.search(path.read_text(encoding="utf-8", errors="ignore"))
            assert not found, f"{name} names {found and found.group()}"


def test_the_readme_names_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make (\w+)`|^make (\w+)", readme, re.M)):
        name = next(filter(None, target))
        assert re.search(rf"^{name}:", makefile, re.M), f"README names make {name}"
    assert {"run", "test"} <= {next(filter(None, t)) for t in re.findall(r"`make (\w+)`|^make (\w+)", readme, re.M)}
    for image in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", readme):
        assert (ROOT / image).is_file()


def test_every_button_has_a_name_to_be_spoken() -> None:
    """Where only an icon is shown, ui/theme.css hides the name from the eye alone."""
    nameless = [
        f"{path.name}:{node.lineno}"
        for room, path in sources()
        if room in ("ui", "app")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("button", "popover", "download_button")
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and not str(node.args[0].value).strip()
    ]
    assert not nameless
