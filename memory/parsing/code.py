"""Source code and configuration: kept as it is, a section for each definition at the top level (class, function, table).

Definitions are found by how their first line looks in each family of languages, not by parsing: a file with a syntax
error is read as well. What it does not see: definitions inside macros, and several on one line.
"""

from __future__ import annotations

import re

from memory.chunking import Heading
from memory.parsing.parsed import Source, TextBuilder, clean
from memory.parsing.plain import decode

_LONGEST = 100  # characters of a section's title

_PYTHON = r"(?:async\s+)?(?:def|class)\s+\w+"
_SCRIPT = (
    r"(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
    r"(?:function\b|class\s+\w|interface\s+\w|enum\s+\w|namespace\s+\w|type\s+\w+\s*[=<]"
    r"|(?:const|let|var)\s+\w+[^=]*=\s*(?:async\s*)?(?:function|\(|\w+\s*=>))"
)
_JAVA = (
    r"(?:(?:public|protected|private|internal|static|final|abstract|sealed|partial|open|data|override|inline|suspend|implicit|case)\s+)*"
    r"(?:class|interface|enum|record|struct|object|trait|namespace|fun|def|func|extension|protocol"
    r"|actor|module|delegate|@interface)\s+[\w.`]+"
)
_GO = r"(?:func|type|const|var)\b"
_RUST = (
    r"(?:pub(?:\([^)]*\))?\s+)?(?:async\s+|unsafe\s+|const\s+|extern\s+(?:\"[^\"]*\"\s+)?)*(?:fn"
    r"|struct|enum|trait|impl|mod|type|union|macro_rules!)\b"
)
_C = (
    r"(?:(?:struct|union|enum|class|namespace|template|typedef)\b[^;]*$|#define\s+\w+|"
    r"(?!(?:if|for|while|switch|return|else|do|case|goto)\b)[A-Za-z_][\w:<>,*&\s~]*[\s*&]~?[\w:~]+\s*\([^;]*$)"
)
_SQL = r"(?i:create|alter|insert|with|select|update|delete|drop|grant|declare)\b"
_SHELL = r"(?:function\s+[\w:-]+|[\w:-]+\s*\(\)\s*\{?)"
_RUBY = r"(?:def|class|module|package|sub|function|defmodule|defp?|local\s+function)\s+[\w.:]+"
_SECTION = r"\[[^\]]+\]"  # ini, toml
_YAML = r"[\w.-]+:(?:\s|$)"
_CSS = r"[^\s@/}][^{]*\{|@\w+[^;]*\{"
_PROTO = r"(?:message|service|enum|extend|resource|variable|output|module|provider|data)\b"

_BY_ENDING = {
    _PYTHON: "py pyi",
    _SCRIPT: "js jsx ts tsx vue svelte",
    _JAVA: "java kt kts cs scala swift groovy gradle dart fs vb sol php",
    _GO: "go",
    _RUST: "rs zig",
    _C: "c h cc cpp cxx hpp m mm",
    _SQL: "sql",
    _SHELL: "sh bash zsh ps1 tcl",
    _RUBY: "rb pl pm lua ex exs jl r elm hs ml erl clj f90 nix",
    _SECTION: "ini cfg toml",
    _YAML: "yaml yml",
    _CSS: "css scss less",
    _PROTO: "proto tf",
}
_PATTERNS = {end: re.compile(pattern) for pattern, ends in _BY_ENDING.items() for end in ends.split()}


def read(source: Source, out: TextBuilder) -> None:
    text = clean(decode(source.data)).rstrip()
    headings = _headings(text, _PATTERNS[source.format])
    out.verbatim(text, headings)


def _headings(text: str, pattern: re.Pattern[str]) -> list[Heading]:
    found, at = [], 0
    for line in text.split("\n"):
        if pattern.match(line):
            found.append(Heading(at, 1, re.sub(r"\s*[{:(=]\s*$", "", line.strip())[:_LONGEST].strip()))
        at += len(line) + 1
    return found
