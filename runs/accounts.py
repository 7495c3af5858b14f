"""Who may come in: local accounts with argon2 passwords and sessions on the server's side. How often a password may be
guessed is in `runs/throttle.py`.

A session is a random token that only the browser holds (in an HttpOnly cookie); the table keeps its hash. It ends when it
was idle for too long, after a fixed time whatever happens, at sign-out, and when an admin ends it or disables the account.

As long as there is no account, this is a single-user install: the user is "local", with every right, on the loopback
address only (`ui/doors.py`). Not covered: who may read the home's files on this machine; the command line trusts them.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from graph.policy import ROLES, UserRole
from runs.audit_book import Book
from runs.database import Database
from runs.errors import BadGoal, NotAllowed, NotFound, SignInRefused
from runs.throttle import Throttle, forget_devices

LOCAL = "local"
IDLE, LONGEST = 12 * 3600.0, 7 * 86_400.0  # seconds a session may rest, and may last
SHORTEST = 10  # characters of a password
_REFUSED = "The name or the password is wrong. Nothing was changed."


@dataclass(frozen=True)
class Account:
    name: str
    role: UserRole
    disabled: bool
    created: str
    sessions: int
    password: bool  # False: signs in through the organisation's provider


class Accounts:
    def __init__(
        self,
        database: Database,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._database, self._clock, self._sleep = database, clock, sleep
        self._book = Book(database)
        self.throttle = Throttle(database, clock)

    # --- accounts
    def any(self) -> bool:
        """Is there an account, so that everybody has to sign in?"""
        return bool(self._database.read("SELECT 1 FROM account LIMIT 1"))

    def all(self) -> list[Account]:
        sql = """SELECT account.*, (SELECT COUNT(*) FROM session WHERE user=account.name AND seen>? AND session.created>?) AS sessions
        FROM account ORDER BY name"""
        now = self._clock()
        rows = self._database.read(sql, now - IDLE, now - LONGEST)
        return [
            Account(r["name"], r["role"], bool(r["disabled"]), r["created"], r["sessions"], bool(r["hash"]))
            for r in rows
        ]

    def role(self, user: str) -> UserRole:
        """A name without an account is what the command line or a test uses: the local user is its own admin."""
        rows = self._database.read("SELECT role, disabled FROM account WHERE name=?", user)
        if rows:
            return "viewer" if rows[0]["disabled"] else rows[0]["role"]
        return "admin" if user == LOCAL and not self.any() else "viewer" if self.any() else "member"

    def add(self, by: str, name: str, role: str, password: str | None) -> None:
        """password None: the account signs in through a provider. Raises BadGoal."""
        name = _checked_name(name)
        _check_role(role)
        if password is not None and len(password) < SHORTEST:
            raise BadGoal(f"A password needs at least {SHORTEST} characters. No account was made.")
        hashed = _hasher().hash(password) if password is not None else ""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database.write() as c:
            row = (name, role, hashed, now)
            done = c.execute("INSERT OR IGNORE INTO account(name, role, hash, created) VALUES(?,?,?,?)", row)
            if not done.rowcount:
                raise BadGoal(f"There is an account {name} already. Nothing was changed.")
            if c.chain:
                c.chain.append(c, "AccountAdded", by, {"account": name, "role": role})

    def change(self, by: str, name: str, *, role: str | None = None, disabled: bool | None = None) -> None:
        """The last admin cannot be disabled or made less. Disabling ends all sessions. Raises NotFound, BadGoal."""
        if role is not None:
            _check_role(role)
        with self._database.write() as c:
            row = c.execute("SELECT * FROM account WHERE name=?", (name,)).fetchone()
            if row is None:
                raise NotFound(f"There is no account {name}.")
            after = (role or row["role"], row["disabled"] if disabled is None else int(disabled))
            others = c.execute(
                "SELECT 1 FROM account WHERE role='admin' AND disabled=0 AND name!=?", (name,)
            ).fetchone()
            if after != ("admin", 0) and not others:
                raise BadGoal(f"{name} is the only admin. Make somebody else an admin first. Nothing was changed.")
            c.execute("UPDATE account SET role=?, disabled=? WHERE name=?", (*after, name))
            if after[1]:
                c.execute("DELETE FROM session WHERE user=?", (name,))
                forget_devices(c, name)
            if c.chain:
                body = {"account": name, "role": after[0], "disabled": bool(after[1])}
                c.chain.append(c, "AccountChanged", by, body)

    def is_last_admin(self, user: str) -> bool:
        """Would nobody be left who may look after the other accounts?"""
        if not self._database.read("SELECT 1 FROM account WHERE name=? AND role='admin' AND disabled=0", user):
            return False
        sql = "SELECT COUNT(*) AS others, COALESCE(SUM(role='admin' AND disabled=0), 0) AS admins FROM account WHERE name!=?"
        left = self._database.read(sql, user)[0]
        return bool(left["others"]) and not left["admins"]

    def has_password(self, user: str) -> bool:
        return bool(self._database.read("SELECT 1 FROM account WHERE name=? AND hash!=''", user))

    def change_password(self, user: str, old: str, new: str, token: str = "") -> int:
        """Returns how many other sessions were ended; `token` is that of the one that stays. A wrong old password counts
        as a failed sign-in. Raises SignInRefused, BadGoal (too short, or the same)."""
        if len(new) < SHORTEST:
            raise BadGoal(f"A password needs at least {SHORTEST} characters. Nothing was changed.")
        if new == old:
            raise BadGoal("The new password is the old one. Nothing was changed.")
        made = self.throttle.admit(user, in_session=True)
        rows = self._database.read("SELECT hash FROM account WHERE name=? AND hash!='' AND disabled=0", user)
        if not _matches(rows[0]["hash"] if rows else _nobody(), old) or not rows:
            with self._database.write() as c:
                if c.chain:
                    c.chain.append(c, "PasswordChanged", user, {}, decision="refused")
            raise SignInRefused("That is not your password. Nothing was changed.")
        hashed = _hasher().hash(new)
        with self._database.write() as c:
            # Only the password that was checked is replaced: of two changes at once the second is refused.
            done = c.execute(
                "UPDATE account SET hash=? WHERE name=? AND hash=?", (hashed, user, rows[0]["hash"])
            ).rowcount
            if not done:
                raise SignInRefused("The password was changed elsewhere at this moment. Nothing was changed here.")
            ended = c.execute("DELETE FROM session WHERE user=? AND id!=?", (user, _id(token))).rowcount
            self.throttle.succeeded(c, made)
            forget_devices(c, user)
            if c.chain:
                c.chain.append(c, "PasswordChanged", user, {"sessions": ended}, decision="ok")
        return ended

    # --- signing in
    def sign_in(self, name: str, password: str, address: str = "", device: str = "") -> str:
        """The session's token, for the browser; address and device: see `Throttle.admit`. Raises SignInRefused; takes the
        same time for a name that is not there. May wait: call it in a thread."""
        name, now = name.strip(), self._clock()
        made = self.throttle.admit(name, address, device)
        self._sleep(made.pause)
        rows = self._database.read("SELECT hash, disabled FROM account WHERE name=?", name)
        known = bool(rows) and bool(rows[0]["hash"])
        right = _matches(rows[0]["hash"] if known else _nobody(), password) and known and not rows[0]["disabled"]
        with self._database.write() as c:
            if right:
                self.throttle.succeeded(c, made)
                token = _open(c, name, now)
            if c.chain:
                who = name if rows else "(unknown)"
                c.chain.append(
                    c, "SignedIn" if right else "SignInFailed", who, {}, decision="ok" if right else "refused"
                )
        if not right:
            raise SignInRefused(_REFUSED)
        return token

    def user(self, token: str) -> str:
        """Whose session this is, or "" when it has ended. Also notes that it was used."""
        if not token:
            return ""
        now, found = self._clock(), self._session(token)
        if not found or not self._database.read("SELECT 1 FROM account WHERE name=? AND disabled=0", found["user"]):
            return ""
        if now - found["seen"] > 60:
            with self._database.write() as c:
                c.execute("UPDATE session SET seen=? WHERE id=?", (now, found["id"]))
        return found["user"]

    def sign_out(self, token: str) -> None:
        user = self.user(token)
        with self._database.write() as c:
            c.execute("DELETE FROM session WHERE id=?", (_id(token),))
            if user and c.chain:
                c.chain.append(c, "SignedOut", user, {})

    def end_sessions(self, by: str, user: str) -> int:
        with self._database.write() as c:
            ended = c.execute("DELETE FROM session WHERE user=?", (user,)).rowcount
            forget_devices(c, user)
            if c.chain:
                c.chain.append(c, "SessionsEnded", by, {"account": user, "sessions": ended})
        return ended

    # --- the organisation's provider
    def expect(self, token: str) -> None:
        """The provider has just let somebody in who holds this token; who it is, `from_provider` is told."""
        with self._database.write() as c:
            _open(c, "", self._clock(), token)

    def is_open(self, token: str) -> bool:
        """Does this token stand for a session that goes on, or for one that is about to begin?"""
        return bool(token) and self._session(token) is not None

    def from_provider(self, name: str, token: str, domains: Sequence[str] = ()) -> str:
        """The account of somebody whom the provider vouches for, "" when the token's session has ended. Made as a member
        at the first time, if `domains` (of addresses; none: all) has theirs. An address is the same however its letters
        are written. Raises SignInRefused, BadGoal (no name for an account).

        An account with a password is not given to whom a provider calls so: it may be another person. Only a session
        that the door expected is taken, so what the provider's cookie says for weeks does not outlast the session."""
        name = name.lower() if "@" in name else name
        rows = self._database.read("SELECT disabled, hash FROM account WHERE name=?", name)
        if rows and rows[0]["disabled"]:
            raise SignInRefused("This account is disabled. Ask an admin.")
        if (rows and rows[0]["hash"]) or name == LOCAL:
            raise SignInRefused(f"The name {name} belongs to an account of this Groundwork already. Ask an admin.")
        session = self._session(token) if token else None
        if session is None or session["user"] not in ("", name):
            return ""
        if not rows:
            if domains and name.rpartition("@")[2] not in domains:
                raise SignInRefused("Accounts are made here by an admin. Ask one to add yours.")
            self.add(name, name, "member", None)
        if not session["user"]:
            self._begin(name, token)
        return self.user(token)

    def _begin(self, name: str, token: str) -> None:
        with self._database.write() as c:
            done = c.execute("UPDATE session SET user=? WHERE id=? AND user=''", (name, _id(token))).rowcount
            if done and c.chain:
                c.chain.append(c, "SignedIn", name, {"through": "provider"}, decision="ok")

    def _session(self, token: str) -> sqlite3.Row | None:
        now = self._clock()
        rows = self._database.read("SELECT * FROM session WHERE id=?", _id(token))
        ended = not rows or now - rows[0]["seen"] > IDLE or now - rows[0]["created"] > LONGEST
        return None if ended else rows[0]


def somebody(user: str) -> None:
    """Before anything is accepted: a page that was drawn before its session ended may still be clicked. Raises NotAllowed."""
    if not user:
        raise NotAllowed("Nobody is signed in (any more). Nothing was changed; sign in again.")


def _open(c: Any, user: str, now: float, token: str = "") -> str:
    token = token or secrets.token_urlsafe(32)
    c.execute("DELETE FROM session WHERE seen<? OR created<?", (now - IDLE, now - LONGEST))
    c.execute("INSERT OR IGNORE INTO session VALUES(?,?,?,?)", (_id(token), user, now, now))
    return token


def _id(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _matches(hashed: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _hasher() -> Any:
    from argon2 import PasswordHasher

    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that no password has, so that a name that is not there costs as much as one that is."""
    return _hasher().hash(secrets.token_hex(32))


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 200 or any(ord(x) < 32 for x in name):
        raise BadGoal("An account needs a name of 1 to 200 characters. No account was made.")
    return name


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise BadGoal(f"There is no role {role}; there are {', '.join(ROLES)}. Nothing was changed.")
