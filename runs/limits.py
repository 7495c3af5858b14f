"""What a user may use in one day, and what they have used: runs, tool calls, seconds, tokens, money.

Counted in the transaction that stores the event it is counted from, and kept apart from the runs, so that deleting a
conversation gives nothing back. A day is one of this machine's time zone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.allowance import Allowance
from graph import events as ev
from runs.database import Connection, Database
from runs.errors import BadGoal, OverLimit

KINDS = ("runs", "tool_calls", "seconds", "tokens", "money")
EVERYBODY = ""  # the user in whose name the limits stand that hold for whoever has none of their own


@dataclass(frozen=True)
class Full:
    """A limit that is used up."""

    kind: str
    most: float
    text: str  # for people: what is used up, and when it is free again


class Limits:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, user: str) -> dict[str, float]:
        """By kind; what has no limit is not there. A user's own wins over everybody's; 0 of their own is without limit."""
        rows = self._database.read(
            "SELECT kind, most FROM day_limit WHERE user IN (?, ?) ORDER BY user=?", EVERYBODY, user, user
        )
        last = {r["kind"]: r["most"] for r in rows}  # everybody's come first
        return {k: m for k, m in last.items() if m > 0}

    def own(self, user: str) -> dict[str, float]:
        """What was set for exactly this user (or EVERYBODY); 0 is "without limit"."""
        rows = self._database.read("SELECT kind, most FROM day_limit WHERE user=?", user)
        return {r["kind"]: r["most"] for r in rows}

    def used(self, user: str) -> dict[str, float]:
        """Of today, by kind."""
        rows = self._database.read("SELECT * FROM used WHERE user=? AND day=?", user, today())
        return {k: rows[0][k] if rows else 0 for k in KINDS}

    def full(self, user: str, seconds: float = 0.0, kinds: tuple[str, ...] = KINDS) -> Full | None:
        """The limit that the user has used up today, if any. seconds: those at work that are not counted yet."""
        limits = self.of(user)
        if not limits:
            return None
        used = self.used(user)
        used["seconds"] += seconds
        for kind in kinds:
            if kind in limits and used[kind] >= limits[kind]:
                return Full(
                    kind, limits[kind], f"Your limit for today is used up: {in_words(kind, limits[kind])}. {_free()}"
                )
        return None

    def admit(self, user: str) -> None:
        """Within the transaction that accepts a goal. Raises OverLimit: nothing was queued."""
        if full := self.full(user):
            raise OverLimit(f"{full.text} Nothing was queued; an admin can raise the limit.")

    def set(self, by: str, user: str, kind: str, most: float | None) -> None:
        """most: None takes the user's own limit away, 0 is without limit. Raises BadGoal."""
        if kind not in KINDS:
            raise BadGoal(f"There is no limit of {kind}; there are {', '.join(KINDS)}. Nothing was changed.")
        if most is not None and not 0 <= most < 1e12:
            raise BadGoal("A limit is a number from 0 (without limit) on. Nothing was changed.")
        with self._database.write() as c:
            if most is None:
                c.execute("DELETE FROM day_limit WHERE user=? AND kind=?", (user, kind))
            else:
                c.execute("INSERT OR REPLACE INTO day_limit(user, kind, most) VALUES(?,?,?)", (user, kind, most))
            if c.chain:
                c.chain.append(c, "LimitSet", by, {"account": user or "(everybody)", "kind": kind, "most": most})


def count(c: Connection, run: str, event: ev.Event) -> None:
    """Within the transaction that stores the event."""
    match event:
        case ev.RunQueued():
            _add(c, run, "runs", 1)
        case ev.ToolCalled():
            _add(c, run, "tool_calls", 1)
        case ev.ModelUsed(input_tokens=asked, output_tokens=said, money=money):
            _add(c, run, "tokens", asked + said)
            _add(c, run, "money", max(0.0, money))
        case _:
            pass


def count_seconds(c: Connection, run: str, seconds: float) -> None:
    """The run has worked for so long in all; before its row is told."""
    row = c.execute(f"SELECT seconds FROM run WHERE id=? AND status IN {ev.OPEN}", (run,)).fetchone()
    if row:
        _add(c, run, "seconds", max(0.0, seconds - row["seconds"]))


def _add(c: Connection, run: str, kind: str, amount: float) -> None:
    row = c.execute("SELECT user FROM run WHERE id=?", (run,)).fetchone()
    if row and amount:
        c.execute("INSERT OR IGNORE INTO used(user, day) VALUES(?,?)", (row["user"], today()))
        c.execute(f"UPDATE used SET {kind}={kind}+? WHERE user=? AND day=?", (amount, row["user"], today()))


def in_words(kind: str, amount: float) -> str:
    """ "40 tool calls", "$0.50", "600 seconds"."""
    if kind == "money":
        return f"${amount:.2f}"
    noun = {"runs": "goals"}.get(kind, kind.replace("_", " "))
    return f"{amount:,.0f} {noun.removesuffix('s') if round(amount) == 1 else noun}"


def now() -> datetime:
    return datetime.now().astimezone()


def today() -> str:
    return now().date().isoformat()


def _free() -> str:
    at = now()
    midnight = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    minutes = max(1, round((midnight - at).total_seconds() / 60))
    hours, rest = divmod(minutes, 60)
    return f"It is free again at midnight, in {f'{hours} h ' if hours else ''}{rest} min."


LIMITED: Mapping[str, str] = {
    "runs": "Goals",
    "tool_calls": "Tool calls",
    "seconds": "Seconds of work",
    "tokens": "Tokens of language models",
    "money": "Money for language models, in US dollars",
}


class Today:
    """The day's limits for runs that are at work in this process: shared by all runs of a user, counted as they go."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._allowances: dict[str, tuple[str, Allowance]] = {}
        self._at_work: dict[str, tuple[str, Callable[[], float]]] = {}

    def allowance(self, user: str) -> Allowance:
        """Of language models. What was used before this process's first look at the day is read from the database."""
        limits = self._limits.of(user)
        day, made = self._allowances.get(user, ("", Allowance()))
        if day != today():
            used = self._limits.used(user)
            made = Allowance(used_tokens=int(used["tokens"]), used_money=used["money"], name="today", what="day")
            self._allowances[user] = (today(), made)
        made.tokens, made.money = int(limits.get("tokens", 0)), limits.get("money", 0.0)
        return made

    def started(self, run: str, user: str, seconds: Callable[[], float]) -> None:
        """seconds: how long the run has worked since, which its row does not tell yet."""
        self._at_work[run] = (user, seconds)

    def ended(self, run: str) -> None:
        self._at_work.pop(run, None)

    def full(self, user: str) -> str:
        """Why the user's runs may go no further today, or "". The run itself was admitted: `runs` is not looked at."""
        working = sum(seconds() for u, seconds in [*self._at_work.values()] if u == user)
        full = self._limits.full(user, working, KINDS[1:])
        return full.text if full else ""
