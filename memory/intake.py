"""Takes files into one user's memory: read, cut, embedded, stored, made visible. Knows no users and no search.

Several small files at once share the embedding and the writing, which cost about the same for thirty passages as for
one. Each is nevertheless wholly in or not at all: its passages are in Chroma before its row says `ready`, and what a
crash left unfinished is removed when the memory is opened.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from memory.catalog import Row
from memory.document_store import DocumentStore
from memory.facts import utc_now
from memory.names import file_name, folder_name, table_name
from memory.parsing import Limits, Parsed, parse
from memory.receipts import added_message, receipt_of
from memory.records import metadata_of
from memory.types import Document, Incoming, Progress, Receipt, Table, UnreadableFile


@dataclass(frozen=True)
class _Read:
    """A file that was read and is not stored yet."""

    document: Document
    parsed: Parsed
    rows: Sequence[Row]
    texts: Sequence[str]
    began: float

    def meets(self, file: Incoming, sha256: str) -> bool:
        """Has the file its name and place, or its content?"""
        d = self.document
        return (file_name(file.name), folder_name(file.folder)) == (d.name, d.folder) or sha256 == d.sha256


class Intake:
    """One caller at a time: see `UserMemory`."""

    def __init__(self, store: DocumentStore, limits: Limits, freed: Callable[[], None]) -> None:
        """freed(): an older version was deleted."""
        self._catalog, self._index, self._files = store.catalog, store.index, store.files
        self._limits, self._erase, self._freed = limits, store.erase, freed

    def add(self, files: Sequence[Incoming], progress: Progress | None) -> list[Receipt]:
        """Their receipts, in order. A file that cannot be read gets one that says so; the others go on."""
        tell = progress or (lambda stage, done, total: None)
        receipts: list[Receipt | None] = [None] * len(files)
        waiting: list[tuple[int, _Read]] = []
        try:
            for n, file in enumerate(files):
                sha256 = hashlib.sha256(file.data).hexdigest()
                if any(read.meets(file, sha256) for _, read in waiting):
                    self._store(waiting, receipts, tell)  # what is there already is known only when it is stored
                read = self._read(file, sha256, tell)
                if isinstance(read, Receipt):
                    receipts[n] = read
                else:
                    waiting.append((n, read))
            self._store(waiting, receipts, tell)
        except BaseException:
            for _, read in waiting:
                self._erase(read.document.id)
            raise
        return [r for r in receipts if r is not None]

    def _read(self, file: Incoming, sha256: str, tell: Progress) -> _Read | Receipt:
        began, name = time.monotonic(), file_name(file.name)
        if same := self._catalog.with_content(sha256):
            called = "" if same.name == name else f" under the name {same.name}"
            message = f"{name} is in your memory already{called}; nothing was changed."
            return receipt_of(same, "unchanged", message, began, self._catalog.count_tables(same.id))
        document = Document(secrets.token_hex(8), name, "", sha256, 0, 0, 0, len(file.data), utc_now(), file.trust)
        document = replace(document, folder=folder_name(file.folder), origin=file.origin)
        folder = self._files / document.id
        self._catalog.begin(document)
        try:
            tell("parsing", 0, 1)
            folder.mkdir()
            parsed = parse(name, file.data, folder, self._limits, lambda done, total: tell("reading", done, total))
            tell("parsing", 1, 1)
            (folder / f"original.{parsed.format}").write_bytes(file.data)
            (folder / "text.txt").write_bytes(parsed.text.encode())
        except UnreadableFile as e:
            self._erase(document.id)
            return Receipt(name, "failed", str(e), seconds=time.monotonic() - began)
        except BaseException:
            self._erase(document.id)
            raise
        rows = [
            Row(f"{document.id}-{n}", document.id, n, c.page, c.heading, c.start, c.end)
            for n, c in enumerate(parsed.cuts)
        ]
        document = replace(
            document,
            format=parsed.format,
            pages=len(parsed.pages),
            passages=len(rows),
            characters=len(parsed.text),
            **parsed.about,
        )
        return _Read(document, parsed, rows, [parsed.text[r.start : r.end] for r in rows], began)

    def _store(self, waiting: list[tuple[int, _Read]], receipts: list[Receipt | None], tell: Progress) -> None:
        """Embed and store what was read; empties `waiting` as it goes."""
        every = [
            (row, text, read.document) for _, read in waiting for row, text in zip(read.rows, read.texts, strict=True)
        ]
        self._index.put(
            [row.id for row, _, _ in every],
            [text for _, text, _ in every],
            [metadata_of(row, document) for row, _, document in every],
            lambda done, total: tell("embedding", done, total),
        )
        tell("storing", 0, len(every))
        while waiting:
            n, read = waiting[0]
            receipts[n] = self._finish(read)
            waiting.pop(0)
        tell("storing", len(every), len(every))

    def _finish(self, read: _Read) -> Receipt:
        parsed, document = read.parsed, read.document
        old = self._catalog.named(document.name, document.folder)
        before = [d for o in old if (d := self._catalog.document(o))]
        more = {"skipped": tuple(parsed.skipped), "replaced": before[0].added if before else ""}
        document = replace(document, tags=before[0].tags if before else (), **more)
        tables = self._tables(document, parsed, old) if parsed.tables else []
        self._catalog.finish(document, read.rows, parsed.text, tables, old)
        for o in old:
            self._erase(o)
        if old:
            self._freed()
        message = added_message(document, tables, bool(old), parsed.skipped)
        return receipt_of(document, "replaced" if old else "added", message, read.began, len(tables), **more)

    def _tables(self, document: Document, parsed: Parsed, old: Sequence[str]) -> list[Table]:
        taken = self._catalog.table_names(old)
        tables = []
        for t in parsed.tables:
            sheet = t.name if len(parsed.tables) > 1 else ""
            unique = table_name(document.name, sheet, taken)
            taken.add(unique)
            path, units = self._files / document.id / t.file, tuple(t.units.items())
            tables.append(
                Table(document.id, document.name, unique, t.name, path, t.columns, t.rows, document.trust, units)
            )
        return tables
