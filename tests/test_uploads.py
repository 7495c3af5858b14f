"""Bad uploads in a small form: nothing crashes, everything ends, and somebody else's work is done meanwhile. How long that
takes is measured by `python -m bench.uploads`, since a busy machine says nothing about it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from bench.uploads.__main__ import measure
from bench.uploads.files import every


def test_bad_files_crash_nothing_and_others_go_on(tmp_path: Path) -> None:
    made = every()
    kinds = Counter(b.kind for b in made)
    assert kinds["broken"] >= 170
    assert len(made) >= 200
    some = [
        b for n, b in enumerate(made) if n % 12 == 0 or b.name in ("laughs.docx", "zeros.zip", "loop.pdf", "slips.zip")
    ]
    found = measure(tmp_path / "home", some, 2)
    assert not found.crashes
    assert not found.unfinished
    assert all(found.meanwhile.values())
    assert not [
        p for p in (tmp_path.parent / "slip.md", tmp_path / "slip.md", Path("/tmp/groundwork-slip.md")) if p.exists()
    ]
