"""What an admin does, and what everybody may see of it: accounts, rules, the audit log. A part of `Groundwork`.

Every method takes who asks, and what is an admin's checks their role first. Open to everybody is what concerns only
themselves: their rules, role, sessions and use of the day, and of the audit log their own lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from graph.policy import Rules, Word
from runs.accounts import Account, Accounts
from runs.audit import Line
from runs.audit_book import Book, export
from runs.database import Database
from runs.errors import NotAllowed, NotFound
from runs.limits import KINDS, Limits
from runs.rules import RuleBook
from tools.base import Tool


class Control:
    def __init__(self, database: Database, tools: Callable[[], Mapping[str, Tool]]) -> None:
        self.accounts, self._tools = Accounts(database), tools
        self.limits = Limits(database)
        self.book, self._rules = Book(database), RuleBook(database, self.accounts)

    def rules_of(self, user: str) -> Rules:
        return self._rules.of(user)

    def is_admin(self, user: str) -> bool:
        return self.accounts.role(user) == "admin"

    def tools(self, user: str) -> Mapping[str, Tool]:
        self.admins_only(user)
        return self._tools()

    def rules(self, user: str) -> dict[tuple[str, str], Word]:
        self.admins_only(user)
        return self._rules.all()

    def set_rule(self, user: str, tool: str, role: str, word: str) -> None:
        self.admins_only(user)
        self._rules.set(user, tool, role, word)

    def users(self, user: str) -> list[Account]:
        self.admins_only(user)
        return self.accounts.all()

    def add_user(self, user: str, name: str, role: str, password: str | None) -> None:
        self.admins_only(user)
        self.accounts.add(user, name, role, password)

    def change_user(self, user: str, name: str, *, role: str | None = None, disabled: bool | None = None) -> None:
        self.admins_only(user)
        self.accounts.change(user, name, role=role, disabled=disabled)

    def day(self, user: str, of: str = "") -> list[tuple[str, float, float]]:
        """(kind, used today, limit or 0) of one user: their own, or for an admin anybody's."""
        self._own_or_admin(user, of or user)
        used, limits = self.limits.used(of or user), self.limits.of(of or user)
        return [(kind, used[kind], limits.get(kind, 0.0)) for kind in KINDS]

    def limits_set(self, user: str, of: str = "") -> dict[str, float]:
        """What an admin set for one user, or ("") for everybody who has no limit of their own."""
        self.admins_only(user)
        return self.limits.own(of)

    def set_limit(self, user: str, of: str, kind: str, most: float | None) -> None:
        """of "": everybody. most None: no limit of their own any more; 0: without limit."""
        self.admins_only(user)
        if of and self.accounts.any() and of not in {a.name for a in self.accounts.all()}:
            raise NotFound(f"There is no account {of}. Nothing was changed.")
        self.limits.set(user, of, kind, most)

    def end_sessions(self, user: str, name: str) -> int:
        """An admin anybody's, everybody their own."""
        if name != user:
            self.admins_only(user)
        return self.accounts.end_sessions(user, name)

    def audit(
        self,
        user: str,
        *,
        of: str = "",
        run: str = "",
        tool: str = "",
        decision: str = "",
        kind: str = "",
        limit: int | None = 200,
        before: int = 0,
    ) -> list[Line]:
        """Newest first. `of`: one user's lines; who is no admin gets their own, whatever they ask for."""
        of = of if self.is_admin(user) else user
        return self.book.lines(of, run, tool, decision, kind, limit, before)

    def audit_choices(self, user: str) -> dict[str, list[str]]:
        return self.book.choices("" if self.is_admin(user) else user)

    def audit_export(self, user: str, form: Literal["jsonl", "csv"], of: str = "", **wanted: Any) -> str:
        """wanted: run, tool, decision, kind, as for `audit`. Oldest first."""
        lines = self.audit(user, of=of, **wanted, limit=None)
        self.book.add("AuditExported", user, {"form": form, "lines": len(lines)})
        return export(lines[::-1], form)

    def audit_verify(self, user: str) -> tuple[int, list[str]]:
        self.admins_only(user)
        return self.book.verify()

    def _own_or_admin(self, user: str, of: str) -> None:
        if of != user:
            self.admins_only(user)

    def admins_only(self, user: str) -> None:
        """Raises NotAllowed."""
        if not self.is_admin(user):
            raise NotAllowed("Only an admin may do this. Nothing was changed.")
