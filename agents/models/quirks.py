"""What one server wants otherwise than the others, found out by what it refuses: never configured, and not kept across starts.

A refusal that names what it does not take changes the next request; anything else is left as the fault that it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agents.models.spec import Spec

_NOT = r"(?:not (?:supported|allowed|permitted|available)|unsupported|unrecognized|unknown|extra inputs|instead|unexpected|invalid)"
_SYSTEM = re.compile(
    r"system.{0,20}(?:role|message|prompt|instruction).{0,30}(?:not (?:supported|allowed|enabled)|unsupported)|roles must alternate|"
    r"only (?:`?user`?|'user').{0,20}(?:roles|messages)|(?:unknown|invalid|unsupported|unexpected).{0,12}role.{0,8}system",
    re.I,
)
_LIMIT = re.compile(rf"max_tokens.{{0,80}}{_NOT}|{_NOT}.{{0,60}}max_tokens", re.I | re.S)
_OTHER_LIMIT = re.compile(rf"max_completion_tokens.{{0,40}}{_NOT}|{_NOT}.{{0,60}}max_completion_tokens", re.I | re.S)
_LARGE = re.compile(r"max_(?:completion_|output_)?tokens.{0,200}(?:at most|too large|maximum|less than or equal|exceed|>)", re.I | re.S)  # fmt: skip
SMALLEST = 256  # tokens; a limit below says something else


@dataclass
class Quirks:
    """What is sent to this server. The fields say how it is spoken to at the moment."""

    spec: Spec
    limit: str = "max_tokens"  # the parameter with the limit of a reply, for addresses that speak as OpenAI's does
    most: int = 0  # tokens of a reply that it allows; 0: no limit is known
    usage_in_stream: bool = True
    thinks: bool = False  # it is asked to give its reasoning (Ollama's package only)
    system: bool = True  # it takes a system message
    suffix: str = ""  # of the base URL, where that was given without

    def learn(self, status: int, said: str, streamed: bool, most: int) -> bool:
        """Is there another way to ask, after this refusal? It is taken from the next request on. most: tokens that were asked for."""
        if "stream_options" in said and self.usage_in_stream:
            self.usage_in_stream = False
        elif "thinking" in said and self.thinks and streamed:
            self.thinks = False
        elif _SYSTEM.search(said) and self.system:
            self.system = False
        elif self.limit == "max_tokens" and _LIMIT.search(said) and "max_completion_tokens" in said:
            self.limit = "max_completion_tokens"
        elif self.limit != "max_tokens" and _OTHER_LIMIT.search(said):
            self.limit = "max_tokens"
        elif _LARGE.search(said) and (allowed := _allowed(said, most)):
            self.most = allowed
        elif status in (0, 404, 405) and self._may_lack_version():
            self.suffix = "/v1"
        else:
            return False
        return True

    def _may_lack_version(self) -> bool:
        rest = self.spec.base_url.partition("://")[2]
        return self.spec.provider == "openai" and bool(rest) and "/" not in rest and not self.suffix


def _allowed(said: str, most: int) -> int:
    """The limit that a refusal names, when it is below what was asked for and no context's."""
    if re.search(r"context|input tokens|prompt", said, re.I):
        return 0
    return max((n for n in map(int, re.findall(r"\d{3,}", said)) if SMALLEST <= n < most), default=0)
