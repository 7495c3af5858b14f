"""Settings, read from the environment when asked for, never at import."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from graph.state import DEFAULT_BUDGETS, Budgets
from memory.embedding_models import BUILT_IN


@dataclass(frozen=True)
class Settings:
    home: Path  # everything Groundwork keeps
    # Let goals search the web; fetching a URL that the user wrote is always allowed. None: as chosen on the Settings page.
    web_search: bool | None = None
    parallel_runs: int = 4  # of one user that are worked on at the same time; of all together three times as many
    allow_private_addresses: bool = False  # tests only: fetch_page may reach this machine
    approval_days: float = 7.0  # how long an action waits for a person's yes; then it is rejected
    members: tuple[
        str, ...
    ] = ()  # domains whose addresses become members by signing in through the provider; none: all
    embedding: str = BUILT_IN  # which model embeds passages: see memory/embedding_models.py
    budgets: Budgets = field(default_factory=lambda: DEFAULT_BUDGETS)

    @classmethod
    def from_environment(cls) -> Settings:
        """GROUNDWORK_HOME (default ~/.groundwork), GROUNDWORK_WEB_SEARCH (1 to switch web search on, 0 to keep it off),
        GROUNDWORK_APPROVAL_DAYS (default 7), GROUNDWORK_MEMBERS (domains, default all) and GROUNDWORK_EMBEDDING
        (default built-in)."""
        web = os.environ.get("GROUNDWORK_WEB_SEARCH", "").strip()
        home = os.environ.get("GROUNDWORK_HOME") or "~/.groundwork"
        return cls(
            home=Path(home).expanduser().absolute(),
            web_search=web.lower() in ("1", "true", "yes", "on") if web else None,
            embedding=os.environ.get("GROUNDWORK_EMBEDDING", "").strip() or BUILT_IN,
            members=tuple(os.environ.get("GROUNDWORK_MEMBERS", "").replace(",", " ").lower().split()),
            approval_days=_days(os.environ.get("GROUNDWORK_APPROVAL_DAYS", "")),
        )


def _days(text: str) -> float:
    """A number of days above zero; anything else is the default."""
    try:
        days = float(text)
    except ValueError:
        return 7.0
    return days if 0 < days < 3650 else 7.0
