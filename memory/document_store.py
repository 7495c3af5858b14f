"""What is stored of one user's documents, in three places that have to agree: the catalog with its full-text index, Chroma,
a folder of files for each document. The catalog says what should be; a document goes from all three or from none.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from memory.catalog import Catalog
from memory.index import Index
from memory.repair import match_vectors


@dataclass(frozen=True)
class DocumentStore:
    catalog: Catalog
    index: Index
    files: Path

    def text(self, document: str) -> str:
        """All of a document's text; "" when it is lost."""
        return self._kept_text(document) or ""

    def erase(self, document: str) -> int:
        """Remove a document in whatever state it is, as often as needed; how many traces a query still finds."""
        self.index.remove(self.index.ids_of(document))
        self.catalog.drop(document, self._kept_text(document))
        shutil.rmtree(self.files / document, ignore_errors=True)
        passages, entries = self.catalog.counts()
        if passages != entries:
            self.catalog.rebuild(self.text)
        return len(self.index.ids_of(document)) + self.catalog.left_of(document) + (self.files / document).exists()

    def traces(self, document: str) -> list[str]:
        """What a document that was deleted left behind: each place that was asked, the question, and what it found."""
        vectors = len(self.index.ids_of(document))
        rows, files = self.catalog.left_of(document), (self.files / document).exists()
        return [
            f"Chroma, where document = {document!r}: {vectors} found",
            f"Catalog and full-text index, rows of {document!r}: {rows} found",
            f"Folder of its files: {'still there' if files else 'gone'}",
        ]

    def repair(self) -> None:
        """Bring the three to agree; cheap when they do."""
        for document, _ in self.catalog.unfinished():
            self.erase(document)
        passages, entries = self.catalog.counts()
        if passages != entries or not self.catalog.is_current():
            self.catalog.rebuild(self.text)
        if self.index.vectors.count() != passages:
            match_vectors(self.catalog, self.index, self.text)

    def _kept_text(self, document: str) -> str | None:
        file = self.files / document / "text.txt"
        return file.read_bytes().decode("utf-8") if file.is_file() else None
