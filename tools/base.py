"""The contract of a tool: what it is given, what it returns, how it fails.

A tool is one file with one function under `@tool(...)`. The function's first parameter is the `ToolContext`;
the others are its arguments. Its docstring is the description that planners and models read, its signature
(with `Annotated[type, "what it is"]`) the schema that arguments are validated against.

What a tool is not: it does not decide whether it may run (that is `graph/policy.py`), it does not retry itself
(the executor does, when told by `RetryTool`), and it reaches memory only through its context.

The errors::

    ToolError
    ├── RetryTool     worth another try, after `after` seconds (a server that is busy, a lock)
    └── ToolFailed    final for these arguments: the agent reads why and adapts
        ├── BadArguments   the arguments do not fit the schema
        └── OutcomeUnknown  a change was begun, and whether it was made is not known: the answer tells the user
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias, TypedDict, cast, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from tools.argument_faults import in_words
from tools.json_schema import SchemaFaults, check

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Risk = Literal["read", "write", "external"]
Trust = Literal["user", "external"]


class Source(TypedDict):
    """Where something comes from. Plain JSON, so that it can live in the graph's state."""

    id: str  # "s2.1": first source of step s2. Empty until the executor numbers it
    title: str  # the document's name, the page's title
    locator: str  # "page 3 · Termination", "rows 2–14", a URL
    quote: str  # the exact text, as it stands in the source
    trust: Trust  # "user": the user's own words or upload; "external": anything else
    document: str  # document id in memory, or ""
    passage: str  # passage id in memory, or ""


def source(
    title: str, quote: str, *, locator: str = "", trust: Trust = "user", document: str = "", passage: str = ""
) -> Source:
    return Source(id="", title=title, locator=locator, quote=quote, trust=trust, document=document, passage=passage)


@dataclass(frozen=True)
class ToolResult:
    """What a tool call produced.

    text: for people and for models to read. data: JSON for later steps; a step's reference `${s1.value}` reads
    `data["value"]`, so every tool whose result can be used further puts its main result under "value".
    sources: where it comes from, the exact quotes. note: a caveat that the user should read, or "".
    """

    text: str
    data: Mapping[str, Json] = field(default_factory=dict)
    sources: Sequence[Source] = ()
    note: str = ""


class ToolError(Exception):
    """Base of what a tool may raise. The message is read by users: what happened and what to do next."""


class RetryTool(ToolError):
    def __init__(self, message: str, after: float = 1.0) -> None:
        super().__init__(message)
        self.after = after


class ToolFailed(ToolError):
    """Final for these arguments."""


class BadArguments(ToolFailed):
    """The arguments do not fit the tool's schema."""


class OutcomeUnknown(ToolFailed):
    """It may have been done or not. Whatever the agent makes of it, the user reads this with the answer."""


class Passage(Protocol):
    """A piece of an uploaded document, as memory returns it (see `memory/types.py`)."""

    @property
    def id(self) -> str: ...
    @property
    def document(self) -> str: ...  # document id
    @property
    def title(self) -> str: ...  # document name
    @property
    def text(self) -> str: ...
    @property
    def page(self) -> int: ...  # 1-based; 0 where the format has no pages
    @property
    def heading(self) -> str: ...  # "Contract > 4 Termination" or ""
    @property
    def start(self) -> int: ...  # character offsets in the document's text
    @property
    def end(self) -> int: ...
    @property
    def locator(self) -> str: ...  # "page 3 · Termination"
    @property
    def score(self) -> float: ...  # fused rank score; only comparable within one search
    @property
    def similarity(self) -> float: ...  # cosine of query and passage, -1..1; 0 when unknown
    @property
    def trust(self) -> Trust: ...


class Document(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def format(self) -> str: ...  # "pdf", "csv" ...
    @property
    def pages(self) -> int: ...
    @property
    def passages(self) -> int: ...
    @property
    def characters(self) -> int: ...
    @property
    def bytes(self) -> int: ...
    @property
    def added(self) -> str: ...  # ISO 8601, UTC
    @property
    def trust(self) -> Trust: ...
    @property
    def folder(self) -> str: ...  # "Contracts/2026" or ""
    @property
    def tags(self) -> Sequence[str]: ...


class Table(Protocol):
    """A table of an uploaded document, kept as Parquet beside the passages."""

    @property
    def document(self) -> str: ...
    @property
    def title(self) -> str: ...  # document name
    @property
    def name(self) -> str: ...  # SQL-safe, unique among the user's tables: "sales_2025", "budget_sheet1"
    @property
    def sheet(self) -> str: ...
    @property
    def path(self) -> Path: ...  # Parquet file
    @property
    def columns(self) -> Sequence[tuple[str, str]]: ...  # (column name as in the file, DuckDB type)
    @property
    def rows(self) -> int: ...
    @property
    def trust(self) -> Trust: ...


class Fact(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def added(self) -> str: ...  # ISO 8601, UTC
    @property
    def similarity(self) -> float: ...  # to the query it was searched with, else 0


class MemoryOfUser(Protocol):
    """Memory, already bound to one user: no method takes a user, so none can be asked for another's data."""

    def search(
        self, query: str, k: int = 8, documents: Sequence[str] | None = None
    ) -> Sequence[Passage]: ...  # best first
    def documents(self) -> Sequence[Document]: ...  # newest first
    def passages(self, document: str) -> Sequence[Passage]: ...  # in the document's order
    def text(self, document: str) -> str: ...  # the document's whole text
    def tables(self) -> Sequence[Table]: ...
    def remember(self, text: str, key: str) -> Fact: ...  # the same key twice stores once
    def facts(
        self, query: str = "", k: int = 50
    ) -> Sequence[Fact]: ...  # with a query by similarity, else newest first
    def put_back(self, text: str, key: str, added: str) -> Fact: ...  # as of then; nothing newer gives way
    def forget(self, facts: Sequence[str]) -> Sequence[Fact]: ...  # by id -> those deleted
    def embed(self, texts: Sequence[str]) -> Any: ...  # float32 array [len(texts), 384], L2-normalised


class Journal(Protocol):
    """A durable note that outlives a crash: what a write decided to do, stored before it does it."""

    def once(self, key: str, value: Json, exact: bool = False) -> Json:
        """Store `value` under `key` unless something is there already; return what is stored.

        exact: what is executed or put back by it, so no secret is taken out of it; for what people may read, False."""
        ...


@dataclass(frozen=True)
class ToolContext:
    user: str
    run: str
    step: str
    key: str  # idempotency key of this call: the same call after a crash has the same key
    now: datetime  # the run's clock, timezone-aware; a replay sees the same time
    memory: MemoryOfUser
    journal: Journal
    reports: Path  # folder of this user's saved reports
    web_search: bool = False  # the user switched web search on
    allow_private_addresses: bool = False  # tests only: lets fetch_page reach a loopback server
    checked: Callable[[str], str] = str  # a written text as it may be kept for readers: what nothing supports is marked


@dataclass(frozen=True)
class Tool:
    name: str
    description: str
    risk: Risk
    args: type[BaseModel]
    run: Callable[..., Any]  # (ctx, **arguments) -> ToolResult, plain or async
    timeout: float  # seconds for one attempt
    retries: int  # further attempts after RetryTool
    external: bool  # its results are external content: they taint the run
    pure: bool = False  # its result follows from its arguments alone: it brings in nobody's content
    json_schema: Mapping[str, Any] | None = None  # of a tool that somebody else described; it stands in for `args`
    # How one call is undone: (context with the call's key, its data) -> what was restored, for people. Raises ToolFailed.
    # The same again after a crash does no harm. None: it cannot be undone.
    undo: Callable[[ToolContext, Mapping[str, Json]], str] | None = None
    # Asked before a person is asked for a yes: raises ToolFailed or RetryTool when no call would be made anyway.
    ready: Callable[[], Awaitable[object]] | None = None
    stoppable: bool = False  # Stop cuts a call short even when it changes something (a read is always cut short)

    def validate(self, arguments: Mapping[str, Json]) -> dict[str, Any]:
        """The arguments with their types, or BadArguments that names each fault."""
        try:
            if self.json_schema is not None:
                check(self.json_schema, arguments)
                return dict(arguments)
            return self.args.model_validate(dict(arguments)).model_dump()
        except (ValidationError, SchemaFaults) as e:
            faults = in_words(cast("Sequence[Mapping[str, Any]]", e.errors()), self.schema())
            raise BadArguments(f"{self.name} cannot take these arguments: {faults}.") from e

    def schema(self) -> dict[str, Any]:
        return self.args.model_json_schema() if self.json_schema is None else dict(self.json_schema)


def tool(
    *,
    risk: Risk,
    timeout: float = 30.0,
    retries: int = 0,
    external: bool = False,
    pure: bool = False,
    undo: Callable[[ToolContext, Mapping[str, Json]], str] | None = None,
) -> Callable[[Callable[..., Any]], Tool]:
    """Make a function a tool; its name, docstring and signature become the tool's name, description and schema."""

    def wrap(f: Callable[..., Any]) -> Tool:
        hints = get_type_hints(f, include_extras=True)
        fields: dict[str, Any] = {}
        for i, p in enumerate(inspect.signature(f).parameters.values()):
            if i == 0:
                continue  # the context
            hint = hints[p.name]
            if hasattr(hint, "__metadata__"):
                from pydantic import Field

                default = ... if p.default is p.empty else p.default
                fields[p.name] = (hint.__origin__, Field(default, description=hint.__metadata__[0]))
            else:
                fields[p.name] = (hint, ... if p.default is p.empty else p.default)
        name = f.__name__
        model = create_model(name, __config__=ConfigDict(extra="forbid"), **fields)
        doc = inspect.getdoc(f) or ""
        return Tool(name, doc, risk, model, f, timeout, retries, external, pure, undo=undo)

    return wrap
