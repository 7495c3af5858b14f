"""Memory: what a user uploaded and told us, kept in Chroma, SQLite and files, found again by meaning and by word.

`Memory` owns the directory; one process at a time may (two lose query results in silence). `Memory.for_user` gives the
only handle there is to a user's memory, and it reaches nothing of anybody else's: its own folder, its own database
file, its own collections. Layout::

    PATH/chroma/                                   vectors, texts, metadata
    PATH/users/HASH/memory.sqlite3                 catalog and lexical index
    PATH/users/HASH/conversations.sqlite3          past conversations, by word
    PATH/users/HASH/files/DOCUMENT/                original file, text.txt, one Parquet file a table

A crash at any point leaves a document either whole or marked unfinished; opening the memory undoes what is unfinished.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memory.catalog import Catalog
from memory.conversations import Conversations
from memory.document_store import DocumentStore
from memory.embedding import Embedder
from memory.embedding_models import BUILT_IN
from memory.episodes import Episodes
from memory.facts import Facts
from memory.index import Index, Reembedding
from memory.intake import Intake
from memory.names import derived, folder_name, tag_names
from memory.opened import Opened
from memory.parsing import LIMITS, Limits, draw_page
from memory.parsing.formats import DRAWN
from memory.receipts import count, receipt_of
from memory.records import passage_of
from memory.search import Search
from memory.space import Space, tidy_closed
from memory.types import Document, Fact, Incoming, MemoryFault, Passage, Progress, Receipt, Table, Trust
from memory.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np

_OPEN = 32  # users kept open without anybody holding them


class Memory:
    """The directory. Thread-safe. Chroma is imported and opened when the first user is."""

    def __init__(self, path: Path, embedder: Embedder, limits: Limits = LIMITS, embedding: str = BUILT_IN) -> None:
        """embedding: the name of the model for passages (`embedding_models.py`); `embedder` is for everything else."""
        self._path = Path(path)
        self._embedder = embedder
        self._embedding = embedding
        self._limits = limits
        self._lock = threading.Lock()
        self._space = Space(self._path / "chroma")
        self._client: Any = None
        self._users = Opened["UserMemory"](_OPEN)

    def for_user(self, user: str) -> UserMemory:
        """The memory of one user, repaired if a crash left it unfinished. `user` comes from the session alone."""
        if not user:
            raise MemoryFault("Nobody is signed in, so there is no memory to open.")
        key = derived(user)
        return self._users.get(key, partial(self._of, key), UserMemory.close)

    def _of(self, key: str) -> UserMemory:
        """Open one user's memory and repair it."""
        client, folder, embedder = self._open(), self._path / "users" / key, self._embedder
        documents = Index(client, f"u_{key}_documents", embedder, self._embedding)
        facts = Vectors(client, f"u_{key}_facts", "facts")
        episodes = Episodes(Vectors.lazily(client, f"u_{key}_episodes", "episodes"), embedder)
        collection = Vectors.lazily(client, f"u_{key}_conversations", "conversations")
        conversations = Conversations(folder / "conversations.sqlite3", collection, embedder)
        freed = partial(self._space.freed, key)
        memory = UserMemory(folder, documents, facts, episodes, conversations, embedder, self._limits, freed)
        try:
            memory.repair()
        except BaseException:
            memory.close()
            raise
        documents.follow(memory.quiet)
        return memory

    def _open(self) -> Any:
        with self._lock:
            if self._client is None:
                import chromadb
                from chromadb.config import Settings

                (self._path / "users").mkdir(parents=True, exist_ok=True)
                tidy_closed(self._path / "chroma")
                settings = Settings(anonymized_telemetry=False)
                self._client = chromadb.PersistentClient(str(self._path / "chroma"), settings=settings)
            return self._client

    def give_back(self) -> None:
        """Now, not some seconds later: what was deleted is gone from the files as well. For an erasure."""
        self._space.round()

    def close(self) -> None:
        """Close every file; handles given out before stop working."""
        self._space.close()
        for memory in self._users.close():
            memory.close()
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None


def _tidy(user: weakref.ref[UserMemory]) -> None:
    if (memory := user()) is not None:  # else it is closed, and its space is given back when the home is opened
        memory.tidy()


class UserMemory:
    """One user's memory; satisfies `tools.base.MemoryOfUser`. Get it from `Memory.for_user`."""

    def __init__(
        self,
        folder: Path,
        documents: Index,
        facts: Vectors,
        episodes: Episodes,
        conversations: Conversations,
        embedder: Embedder,
        limits: Limits,
        freed: Callable[[Callable[[], None]], None],
    ) -> None:
        """freed(tidy): something was deleted; `tidy` is to be called soon. To be repaired before anything else."""
        self.episodes, self.conversations, self._freed = episodes, conversations, freed
        self._files = folder / "files"
        self._files.mkdir(parents=True, exist_ok=True)
        self._index = documents
        self._facts = Facts(facts, embedder)
        self._embedder = embedder
        self._limits = limits
        self._catalog = Catalog(folder / "memory.sqlite3")
        self._store = DocumentStore(self._catalog, documents, self._files)
        self._intake = Intake(self._store, limits, self.freed)
        self._search = Search(self._catalog, documents, embedder)
        # One file of a user at a time: names and contents are compared with what is there.
        self._adding = threading.Lock()

    def freed(self) -> None:
        """Something of this user was deleted: its disk space is given back soon."""
        self._freed(partial(_tidy, weakref.ref(self)))

    def tidy(self) -> None:
        """Give back the disk space of what was deleted, as far as it is this user's alone."""
        self._catalog.scrub()
        self.conversations.scrub()
        self._index.compact(self.quiet)

    def close(self) -> None:
        self._index.close()
        self._catalog.close()
        self.conversations.close()

    @property
    def _vectors(self) -> Vectors:
        return self._index.vectors

    def repair(self) -> None:
        """Undo what a crash left unfinished, and what is over; cheap when there is nothing. Called when opened."""
        self._facts.drop_expired()
        self._store.repair()

    def quiet(self) -> threading.Lock:
        """Held while nothing may be added. A method, so that a change of model keeps this memory open until it is done."""
        return self._adding

    @property
    def reembedding(self) -> Reembedding | None:
        """How far a change of the embedding model is; None when there is none."""
        return self._index.reembedding

    # --- reading

    def documents(self) -> list[Document]:
        return self._catalog.documents()

    def tables(self) -> list[Table]:
        return self._catalog.tables(self._files)

    def text(self, document: str) -> str:
        self._known(document)
        return self._store.text(document)

    def original(self, document: str) -> Path:
        """The file as it was uploaded."""
        known = self._known(document)
        return self._files / known.id / f"original.{known.format}"

    def draw_page(self, document: str, page: int, phrases: Sequence[str] = ()) -> bytes:
        """A page (1-based) of a PDF, or a picture, as PNG, with the phrases marked. Raises MemoryFault."""
        known = self._known(document)
        if known.format not in DRAWN or not 1 <= page <= max(1, known.pages):
            raise MemoryFault(f"{known.name} has no page {page} that can be drawn.")
        file = self.original(document)
        return draw_page(known.name, known.format, file.read_bytes(), file.parent, page, phrases, self._limits)

    def passages(self, document: str) -> list[Passage]:
        known = self._known(document)
        text = self._store.text(document)
        return [passage_of(row, known, text[row.start : row.end]) for row in self._catalog.rows_of(document)]

    def passage(self, id: str) -> Passage | None:
        found = self._search.passages([id])
        return found[0] if found else None

    def around(self, passage: str) -> str:
        """The text of a passage with its neighbours', for who shows a quotation; "" when it is gone."""
        return self._search.around(passage)

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [len(texts), 384], L2-normalised."""
        return self._embedder.embed(texts)

    def search(self, query: str, k: int = 8, documents: Sequence[str] | None = None) -> list[Passage]:
        """The `k` passages that fit best, best first, by meaning and by word; `documents` limits it to those ids."""
        return self._search.find(query, k, documents)

    def _known(self, document: str) -> Document:
        found = self._catalog.document(document)
        if found is None:
            raise MemoryFault("There is no such document in your memory; it may have been deleted.")
        return found

    # --- adding and deleting

    def add(
        self,
        name: str,
        data: bytes,
        progress: Progress | None = None,
        trust: Trust = "user",
        folder: str = "",
        origin: str = "",
    ) -> Receipt:
        """Take a file in. A file that cannot be read gives a receipt `failed` with the reason, so that a batch goes on.

        It replaces one of the same name in the same `folder`. origin: see `Document`.
        """
        return self.add_all([Incoming(name, data, trust, folder, origin)], progress)[0]

    def add_all(self, files: Sequence[Incoming], progress: Progress | None = None) -> list[Receipt]:
        """Like `add`, for several small files: together they take a fraction of the time. Receipts in their order."""
        with self._adding:
            return self._intake.add(files, progress)

    def place(self, document: str, folder: str, tags: Sequence[str]) -> Document:
        """Put a document into a folder and give it tags; both as the user typed them. Refused where the name is taken."""
        with self._adding:
            known = self._known(document)
            moved = replace(known, folder=folder_name(folder), tags=tag_names(tags))
            if moved.folder != known.folder and self._catalog.named(known.name, moved.folder):
                raise MemoryFault(
                    f"There is a {known.name} in {moved.folder or 'the top folder'} already. Nothing was moved."
                )
            self._catalog.change(moved)
            return moved

    def delete(self, document: str) -> Receipt:
        """Remove a document with everything made from it; the receipt's `left` is what the proving query still found."""
        began = time.monotonic()
        known = self._known(document)
        tables = self._catalog.count_tables(document)
        self._catalog.mark_deleting(document)
        left = self._store.erase(document)
        if left:
            raise MemoryFault(
                f"{known.name} was removed from your memory, but {left} traces of it remain. "
                "Restart Groundwork: opening the memory finishes the removal."
            )
        self.freed()
        message = f"{known.name} is gone with its {count(known.passages, 'passage')}; a search for what is left of them found nothing."
        return receipt_of(known, "deleted", message, began, tables, proof=self._store.traces(document))

    def traces(self, document: str) -> list[str]:
        """What a document that was deleted left behind: each place that was asked, the question, and what it found."""
        return self._store.traces(document)

    # --- facts

    def remember(self, text: str, key: str) -> Fact:
        return self._facts.remember(text, key)

    def facts(self, query: str = "", k: int = 50) -> list[Fact]:
        return self._facts.find(query, k)

    def stored_facts(self) -> list[Fact]:
        """All that are there, also what is over and not told any more: for an export."""
        return self._facts.stored()

    def change_fact(self, fact: str, text: str, until: str | None = None) -> Fact:
        return self._facts.change(fact, text, until)

    def count_facts(self) -> int:
        """How many there are, those that are over included."""
        return self._facts.count()

    def clear_facts(self) -> None:
        self._facts.clear()

    def put_back(self, text: str, key: str, added: str) -> Fact:
        return self._facts.put_back(text, key, added)

    def forget(self, facts: Sequence[str]) -> list[Fact]:
        self.freed()
        return self._facts.forget(facts)
