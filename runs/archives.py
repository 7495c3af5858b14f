"""Archives that come with a goal or on the command line: their files, as if they had been handed in one by one.

Archives on the Memory page are taken apart by the queue (`ingestion.py`), where each file has a state of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from memory.parsing.archive import is_archive, members
from memory.types import UnreadableFile
from runs.types import Upload


def unpacked(uploads: Sequence[Upload]) -> list[Upload]:
    """Uploads with archives replaced by the files in them, each named with its folder; what is left out is not told."""
    out: list[Upload] = []
    for upload in uploads:
        if not is_archive(upload.data):
            out.append(upload)
            continue
        try:
            inside = [m for m in members(upload.name, upload.data) if not m.skipped]
        except UnreadableFile:
            out.append(upload)  # whoever reads it says why it cannot be
            continue
        below = re.sub(r"\.zip$", "", upload.name, flags=re.I)
        out += [Upload("/".join(x for x in (below, m.folder, m.name) if x), m.data) for m in inside]
    return out
