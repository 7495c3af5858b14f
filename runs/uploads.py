"""Files on disk that rows will name: written before the rows are stored, and gone again when they are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from runs.errors import NoStorage


@contextmanager
def all_or_none() -> Iterator[Callable[[Path, bytes], None]]:
    """put(path, data) writes a file. When anything in the block fails, none of those files stays, half-written ones
    included. Raises NoStorage where one cannot be written."""
    written = list[Path]()

    def put(path: Path, data: bytes) -> None:
        written.append(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as e:
            why = e.strerror or e
            raise NoStorage(
                f"The file could not be stored ({why}). Nothing was queued. Make room, then try again."
            ) from e

    try:
        yield put
    except BaseException:
        for path in written:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise
