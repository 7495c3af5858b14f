"""How often a password may be guessed: sign-in throttling, with device cookies after the pattern of OWASP.

Each failed try counts for WINDOW seconds against what it was made from. From a browser in which this account has signed in
before (a known device, by its cookie) only that browser's own failures count. From elsewhere they count by account and
address, by address, and by account over all addresses. So whoever guesses at a name can shut out strangers to it, never the
browser that its owner uses; and nothing is counted for everybody: when strangers fail by the dozen, a stranger's try
becomes slower (`Try.pause`) and is not refused.

Not covered: an owner in a new browser while several addresses guess at their name (they are told how long to wait, and
that a known browser gets in); guessing with what was stolen from a known browser, which has that browser's few tries; and a
proxy on this machine that does not say for whom it asks: of what comes from the loopback address, only accounts are
counted. A proxy elsewhere is believed when FORWARDED_ALLOW_IPS names it; else it is one address.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from runs.database import Connection, Database
from runs.errors import SignInRefused

WINDOW, DAY = 15 * 60.0, 86_400.0  # seconds for which a failure counts
PER_DEVICE = PER_PAIR = 5  # failures within the window: of a known device; of strangers, by account and address
PER_ADDRESS = PER_ACCOUNT = 25  # of strangers within the window
PER_ACCOUNT_DAY = 100  # of strangers within a day
BUSY, PAUSE = 50, 1.0  # failures of all strangers within the window from which each waits, and how long (seconds)
DEVICE_LASTS = 180 * DAY  # seconds from the last sign-in in which a device is known
DEVICES = 50  # known devices of an account; the oldest go
_SESSION = "(session)"  # in place of a device's hash: an open session, which gives the password to change it


@dataclass(frozen=True)
class Try:
    """A try that was admitted, and counts as failed until `Throttle.succeeded`."""

    row: int
    name: str
    device: str  # its hash, or that it was an open session; "" for a stranger
    pause: float  # seconds to wait before the password is looked at


class Throttle:
    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def admit(self, name: str, address: str = "", device: str = "", in_session: bool = False) -> Try:
        """One try more, counted before the password is looked at: so that of many tries at the same moment no more are
        made than one after the other. address: of the client, "" when that says nothing; device: its cookie; in_session:
        who is signed in gives it to change it. Raises SignInRefused."""
        name, now, place = name[:200], self._clock(), network(address)
        with self._database.write() as c:
            c.execute("DELETE FROM sign_in_failure WHERE time<=?", (now - DAY,))
            known = _SESSION if in_session else _hash(device) if _knows(c, name, device, now) else ""
            wait = max((_wait(c, now, *limit) for limit in _limits(name, place, known)), default=0.0)
            if not wait:
                sql = "SELECT COUNT(*) AS n FROM sign_in_failure WHERE device='' AND time>?"
                busy = not known and c.execute(sql, (now - WINDOW,)).fetchone()["n"] >= BUSY
                sql = "INSERT INTO sign_in_failure(name, time, address, device) VALUES(?,?,?,?)"
                row = c.execute(sql, (name, now, place, known)).lastrowid
                return Try(row or 0, name, known, PAUSE if busy else 0.0)
        raise SignInRefused(_told(wait, bool(known)))

    def succeeded(self, c: Connection, made: Try) -> None:
        """In the transaction that lets them in. A known device starts anew; of strangers only this try is taken back, so
        that a guesser gains nothing by the owner's success, nor by one of their own."""
        c.execute("DELETE FROM sign_in_failure WHERE rowid=?", (made.row,))
        if made.device:
            c.execute("DELETE FROM sign_in_failure WHERE name=? AND device=?", (made.name, made.device))

    def knows(self, name: str, device: str) -> bool:
        """Has this account signed in with this device before?"""
        sql = "SELECT 1 FROM device WHERE id=? AND name=? AND seen>?"
        found = device and self._database.read(sql, _hash(device), name[:200], self._clock() - DEVICE_LASTS)
        return bool(found)

    def remember(self, name: str, device: str = "") -> str:
        """After a sign-in: the cookie by which the browser is known from now on. Another each time, which takes over the
        accounts of the one before: a cookie that somebody planted, or took, ends here."""
        now, fresh = self._clock(), secrets.token_urlsafe(32)
        with self._database.write() as c:
            c.execute("DELETE FROM device WHERE seen<=?", (now - DEVICE_LASTS,))
            c.execute("UPDATE device SET id=? WHERE id=?", (_hash(fresh), _hash(device)))
            c.execute("INSERT OR REPLACE INTO device(id, name, seen) VALUES(?,?,?)", (_hash(fresh), name, now))
            newest = "SELECT rowid FROM device WHERE name=? ORDER BY seen DESC LIMIT ?"
            c.execute(f"DELETE FROM device WHERE name=? AND rowid NOT IN ({newest})", (name, name, DEVICES))
        return fresh


def forget_devices(c: Connection, name: str) -> None:
    """When the sessions of an account are ended because somebody else may have had them."""
    c.execute("DELETE FROM device WHERE name=?", (name,))


def network(address: str) -> str:
    """What counts as one address: an IPv6 network of /64, which one household has. "" for the loopback address, behind
    which anybody may stand, and for what is none."""
    try:
        found = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return "" if found.is_loopback else str(ipaddress.ip_network((found, 64), strict=False))
        found = found.ipv4_mapped
    return "" if found.is_loopback else str(found)


Limit = tuple[int, float, str, tuple[str, ...]]  # failures, seconds, which rows


def _limits(name: str, place: str, known: str) -> list[Limit]:
    if known:
        return [(PER_DEVICE, WINDOW, "name=? AND device=?", (name, known))]
    stranger = "name=? AND device=''"
    out: list[Limit] = [(PER_ACCOUNT, WINDOW, stranger, (name,)), (PER_ACCOUNT_DAY, DAY, stranger, (name,))]
    if place:
        out.append((PER_PAIR, WINDOW, f"{stranger} AND address=?", (name, place)))
        out.append((PER_ADDRESS, WINDOW, "device='' AND address=?", (place,)))
    return out


def _wait(c: sqlite3.Connection, now: float, most: int, seconds: float, rows: str, values: tuple[str, ...]) -> float:
    """Seconds until fewer than `most` failures count."""
    sql = f"SELECT time FROM sign_in_failure WHERE {rows} AND time>? ORDER BY time DESC LIMIT 1 OFFSET ?"
    found = c.execute(sql, (*values, now - seconds, most - 1)).fetchone()
    return max(found["time"] + seconds - now, 1.0) if found else 0.0


def _told(wait: float, known: bool) -> str:
    minutes = math.ceil(wait / 60)
    long = f"{minutes} minute{'' if minutes == 1 else 's'}" if minutes < 120 else f"{math.ceil(minutes / 60)} hours"
    return f"Too many failed tries. Wait {long}, then try again." + (
        "" if known else " A browser in which you have signed in here before still lets you in."
    )


def _knows(c: sqlite3.Connection, name: str, device: str, now: float) -> bool:
    sql = "SELECT 1 FROM device WHERE id=? AND name=? AND seen>?"
    return bool(device) and c.execute(sql, (_hash(device), name, now - DEVICE_LASTS)).fetchone() is not None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
