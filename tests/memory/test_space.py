"""What is deleted gives its space back."""

from __future__ import annotations

from pathlib import Path

from memory.embedding import Embedder
from memory.store import Memory


def test_the_catalog_shrinks_when_its_largest_document_goes(tmp_path: Path) -> None:
    memory = Memory(tmp_path, Embedder())
    mine = memory.for_user("u")
    words = "".join(f"Record {n} of the harbour notes that crate {n * 7} went ashore.\n\n" for n in range(3_000))
    receipt = mine.add("harbour.md", words.encode())
    assert receipt.status == "added"

    def size() -> int:
        return sum(f.stat().st_size for f in tmp_path.rglob("*.sqlite3*") if "chroma" not in f.name)

    memory.close()  # what is still in the write-ahead log counts too
    memory = Memory(tmp_path, Embedder())
    mine = memory.for_user("u")
    before = size()
    mine.delete(receipt.document)
    memory.close()
    assert size() < before / 2
