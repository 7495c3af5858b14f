"""Brings Chroma to agree with the catalog after a crash or a loss. The catalog and the texts on disk say what should be."""

from __future__ import annotations

import logging
from collections.abc import Callable

from memory.catalog import Catalog
from memory.index import Index
from memory.records import metadata_of
from memory.types import MemoryFault

logger = logging.getLogger("groundwork.memory")


def match_vectors(catalog: Catalog, index: Index, text_of: Callable[[str], str]) -> None:
    """Remove what belongs to no passage, embed what is missing. `text_of(document id)`: the document's whole text."""
    there, wanted = index.vectors.ids(), set(catalog.passage_ids())
    index.remove(sorted(there - wanted))
    try:
        for document in catalog.documents():
            rows = [r for r in catalog.rows_of(document.id) if r.id not in there]
            if rows:
                text = text_of(document.id)
                index.put(
                    [r.id for r in rows],
                    [text[r.start : r.end] for r in rows],
                    [metadata_of(r, document) for r in rows],
                )
    except MemoryFault as e:  # a model elsewhere does not answer: words still find everything, the next opening goes on
        logger.warning("not every lost vector was made again: %s", e)
