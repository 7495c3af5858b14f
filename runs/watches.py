"""Watched folders, feeds and sitemaps as rows: what is watched, how its last look went, and which items are known of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from runs.database import Database, utc_now
from runs.errors import NotFound

Kind = Literal["folder", "feed", "sitemap"]


@dataclass(frozen=True)
class Watch:
    id: str
    user: str
    kind: Kind
    place: str  # a path, or an address
    folder: str  # where its documents go in memory
    device: str  # of the folder: another one in its place is not the same folder
    looked: str  # ISO 8601, UTC; "" before the first look
    problem: str  # of the last look, with what to do; "" when it went well
    came: int  # new and changed items at the last look that found some
    gone: int  # removed ones, likewise
    changed: str  # when that was
    confirm: int  # so many have gone at once that they are removed only when the user says so; -1: the user has
    paused: bool
    ending: bool  # it is being removed, with its documents
    items: int = 0  # known of it


@dataclass(frozen=True)
class Item:
    """One file or page of a watch, as it was last taken in."""

    id: str  # path inside the folder, address, or id of the entry
    stamp: str
    job: str  # that takes it in
    document: str  # what it became, once the job has ended
    state: str  # of that job; "" when there is none
    own: bool  # that document is of this item, and not another one that holds the same


class Watches:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, id: str, user: str, kind: Kind, place: str, folder: str, device: str) -> None:
        sql = "INSERT INTO watch(id, user, kind, place, folder, device, created) VALUES(?,?,?,?,?,?,?)"
        with self._database.write() as c:
            c.accepting(user)
            c.execute(sql, (id, user, kind, place, folder, device, utc_now()))

    def list(self, user: str) -> list[Watch]:
        return self._read("watch.user=? ORDER BY watch.created, watch.rowid", user)

    def get(self, user: str, id: str) -> Watch:
        found = self._read("watch.user=? AND watch.id=?", user, id)
        if not found:
            raise NotFound("This is not watched (any more).")
        return found[0]

    def watch_of_any_user(self, id: str) -> Watch | None:
        """For the worker, which acts for whoever owns it."""
        found = self._read("watch.id=?", id)
        return found[0] if found else None

    def due(self) -> list[Watch]:
        return self._read("watch.paused=0 AND watch.next<=? ORDER BY watch.next LIMIT 20", utc_now())

    def _read(self, where: str, *args: str) -> list[Watch]:
        sql = f"SELECT watch.*, (SELECT COUNT(*) FROM watched WHERE watch=watch.id) AS items FROM watch WHERE {where}"
        return [_watch(r) for r in self._database.read(sql, *args)]

    def looked(self, id: str, next: str, problem: str, came: int, gone: int, confirm: int) -> None:
        with self._database.write() as c:
            c.execute(
                "UPDATE watch SET looked=?, next=?, problem=?, confirm=? WHERE id=?",
                (utc_now(), next, problem, confirm, id),
            )
            if came or gone:
                c.execute("UPDATE watch SET came=?, gone=?, changed=? WHERE id=?", (came, gone, utc_now(), id))

    def soon(self, user: str, id: str) -> None:
        with self._database.write() as c:
            c.execute("UPDATE watch SET next='' WHERE id=? AND user=?", (id, user))

    def pause(self, user: str, id: str, paused: bool) -> None:
        with self._database.write() as c:
            c.execute("UPDATE watch SET paused=?, next='' WHERE id=? AND user=?", (int(paused), id, user))

    def confirm(self, user: str, id: str) -> None:
        with self._database.write() as c:
            c.execute("UPDATE watch SET confirm=-1, next='' WHERE id=? AND user=? AND confirm>0", (id, user))

    def end(self, user: str, id: str) -> None:
        with self._database.write() as c:
            c.execute("UPDATE watch SET ending=1, paused=0, next='' WHERE id=? AND user=?", (id, user))

    def remove(self, user: str, id: str) -> None:
        with self._database.write() as c:
            c.execute("DELETE FROM watched WHERE watch IN (SELECT id FROM watch WHERE id=? AND user=?)", (id, user))
            c.execute("DELETE FROM watch WHERE id=? AND user=?", (id, user))

    # --- its items
    def items(self, watch: str) -> dict[str, Item]:
        sql = """SELECT item, stamp, watched.job, COALESCE(document,'') AS document, COALESCE(state,'') AS state,
        COALESCE(status,'') IN ('added','replaced') AS own FROM watched LEFT JOIN job ON job.id=watched.job WHERE watch=?"""
        rows = self._database.read(sql, watch)
        return {r["item"]: Item(*(r[n] for n in ("item", "stamp", "job", "document", "state", "own"))) for r in rows}

    def know(self, watch: str, items: Iterable[tuple[str, str, str]]) -> None:
        """(id, stamp, job) of items that are taken in now."""
        with self._database.write() as c:
            c.executemany("INSERT OR REPLACE INTO watched VALUES(?,?,?,?)", [(watch, *i) for i in items])

    def unknow(self, watch: Watch, items: Sequence[str], documents: Iterable[str]) -> None:
        """These items have gone; other items with the same content, whose document went with them, come in anew."""
        alike = "DELETE FROM watched WHERE job IN (SELECT id FROM job WHERE user=? AND document=?)"
        with self._database.write() as c:
            c.executemany("DELETE FROM watched WHERE watch=? AND item=?", [(watch.id, i) for i in items])
            c.executemany(alike, [(watch.user, d) for d in documents])


def _watch(r: sqlite3.Row) -> Watch:
    return Watch(
        r["id"], r["user"], r["kind"], r["place"], r["folder"], r["device"], r["looked"], r["problem"], r["came"], r["gone"],
        r["changed"], r["confirm"], bool(r["paused"]), bool(r["ending"]), r["items"],
    )  # fmt: skip
