"""The rules that an admin has set: for a tool and a role allow, ask or deny. What follows from them: `graph/policy.py`."""

from __future__ import annotations

from typing import get_args

from graph.policy import ROLES, Rules, Word
from runs.accounts import Accounts
from runs.database import Database
from runs.errors import BadGoal


class RuleBook:
    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database, self._accounts = database, accounts

    def of(self, user: str) -> Rules:
        """As they stand now; asked before every single call."""
        role = self._accounts.role(user)
        rows = self._database.read("SELECT tool, word FROM rule WHERE role=?", role)
        return Rules(role, {r["tool"]: r["word"] for r in rows})

    def all(self) -> dict[tuple[str, str], Word]:
        """By (tool, role)."""
        return {(r["tool"], r["role"]): r["word"] for r in self._database.read("SELECT * FROM rule")}

    def set(self, by: str, tool: str, role: str, word: str) -> None:
        """word "": what follows from the tool's risk. Raises BadGoal."""
        if role not in ROLES or word not in ("", *get_args(Word)):
            raise BadGoal(f"A rule is allow, ask or deny for {', '.join(ROLES)}. Nothing was changed.")
        with self._database.write() as c:
            if word:
                c.execute("INSERT OR REPLACE INTO rule VALUES(?,?,?)", (tool, role, word))
            else:
                c.execute("DELETE FROM rule WHERE tool=? AND role=?", (tool, role))
            if c.chain:
                c.chain.append(c, "RuleSet", by, {"role": role, "word": word or "default"}, tool=tool, decision=word)
