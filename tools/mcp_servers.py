"""Which MCP servers there are: the file `mcp.json` in the home, in the shape that other MCP clients use as well.

    {"mcpServers": {
        "time": {"command": "mcp-server-time", "args": ["--local-timezone", "Europe/Paris"]},
        "crm":  {"url": "https://crm.example/mcp", "headers": {"Authorization": "Bearer ${CRM_TOKEN}"}}
    }}

A value under `env` or `headers` may refer to a variable of our environment as ${NAME}; that is the only way in which
anything of our environment reaches a server. A process started here gets PATH, HOME, the user's name, the language and
what its `env` says, and works in a folder of its own.

Not a sandbox: a server is a program that its user chose to run, with that user's rights on files and network.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_INHERITED = ("LANG", "LC_ALL", "TZ", "TMPDIR")  # beside PATH, HOME, USER … which the MCP library hands on itself
_KNOWN = {"command", "args", "env", "cwd", "url", "headers", "type", "transport", "disabled"}
_LEAST_SECRET = 4  # characters; anything shorter would blot out ordinary words


class BadServer(ValueError):
    """An entry, or the whole file, is not what it should be. Read by users."""


@dataclass(frozen=True)
class Server:
    name: str
    command: str = ""  # "" for a server that is reached over HTTP
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)  # as written, references unresolved
    cwd: str = ""
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    disabled: bool = False

    def fingerprint(self) -> str:
        """Changes when another program or address stands behind the name."""
        return hashlib.sha256(json.dumps([self.command, self.args, self.cwd, self.url]).encode()).hexdigest()[:16]

    def where(self) -> str:
        """For people: the command, or the address without what may be secret in it."""
        if self.url:
            parts = urlsplit(self.url)
            return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"
        return " ".join([self.command, *self.args])

    def missing(self) -> list[str]:
        """Names of the variables that it refers to and that our environment does not have."""
        values = [*self.env.values(), *self.headers.values()]
        return sorted({n for v in values for n in _REFERENCE.findall(v) if n not in os.environ})

    def secrets(self) -> dict[str, str]:
        """What must never be shown, by what is shown in its place."""
        referred = {n for v in [*self.env.values(), *self.headers.values()] for n in _REFERENCE.findall(v)}
        found = {f"${{{n}}}": os.environ[n] for n in referred if n in os.environ}
        found |= {f"header {k}": resolve(v) for k, v in self.headers.items()}
        return {k: v for k, v in found.items() if len(v) >= _LEAST_SECRET}

    def environment(self) -> dict[str, str]:
        """For its process. Its own value wins over what is handed on."""
        path = os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])
        handed_on = {k: os.environ[k] for k in _INHERITED if k in os.environ}
        return {"PATH": path, **handed_on, **{k: resolve(v) for k, v in self.env.items()}}


def resolve(value: str) -> str:
    return _REFERENCE.sub(lambda m: os.environ.get(m[1], ""), value)


def read_servers(path: Path) -> tuple[dict[str, Server], dict[str, str]]:
    """(servers by name, what is wrong with an entry by its name). Raises BadServer when the file cannot be used."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, {}
    except (OSError, ValueError) as e:
        raise BadServer(f"{path.name} cannot be read ({e}). No MCP server is used until it is corrected.") from e
    entries = data.get("mcpServers") if isinstance(data, dict) else None
    if not isinstance(entries, dict):
        raise BadServer(f'{path.name} must hold {{"mcpServers": {{…}}}}. No MCP server is used until it is corrected.')
    servers: dict[str, Server] = {}
    faults: dict[str, str] = {}
    for name, entry in entries.items():
        try:
            servers[name] = server(name, entry)
        except BadServer as e:
            faults[name[:80]] = str(e)
    return servers, faults


def server(name: str, entry: object) -> Server:
    """One entry of the file. Raises BadServer."""
    if not _NAME.fullmatch(name) or "__" in name:
        raise BadServer("A server's name has letters, digits, - and single _ only, at most 32 of them.")
    if not isinstance(entry, dict):
        raise BadServer("An entry is an object with a command or a url.")
    if unknown := set(entry) - _KNOWN:
        raise BadServer(f"What does {', '.join(sorted(unknown))} mean? Known are {', '.join(sorted(_KNOWN))}.")
    command, url = entry.get("command", ""), entry.get("url", "")
    if not isinstance(command, str) or not isinstance(url, str) or bool(command) == bool(url):
        raise BadServer("An entry needs either a command (a program to start) or a url (a server to reach over HTTP).")
    args = entry.get("args", [])
    if not isinstance(args, list) or not all(isinstance(a, str) for a in args):
        raise BadServer("args must be a list of strings.")
    env, headers = _strings(entry, "env"), _strings(entry, "headers")
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise BadServer("url must begin with http:// or https:// and name a host.")
    if url and (urlsplit(url).username or urlsplit(url).password):
        raise BadServer("Put the password into a header as ${NAME}, not into the url.")
    if entry.get("type", entry.get("transport", "")) == "sse":
        raise BadServer("The old SSE transport is not supported; ask the server for its streamable HTTP address.")
    if any(_REFERENCE.search(x) for x in [command, url, *args]):
        raise BadServer("Only env and headers may refer to variables: a command line can be read by every process.")
    cwd = entry.get("cwd", "")
    if not isinstance(cwd, str):
        raise BadServer("cwd must be a string.")
    return Server(name, command, tuple(args), env, cwd, url, headers, entry.get("disabled") is True)


def _strings(entry: Mapping[str, object], key: str) -> dict[str, str]:
    value = entry.get(key) or {}
    if not isinstance(value, dict) or not all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
        raise BadServer(f"{key} must map names to strings.")
    return dict(value)
