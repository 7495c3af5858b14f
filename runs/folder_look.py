"""What is in a watched folder now, and how a file of it is read: never through a symbolic link, never out of the folder.

Not covered: a hard link to a file outside, which is that file; whoever can make one in the folder can read it anyway.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from memory.parsing.formats import FORMATS, ending
from runs.errors import BadGoal

MOST = 20_000  # files of one folder
DEEPEST = 12
_SETTLED = 1.0  # seconds since a file was last written; before, it may be in the middle of being saved
_READ = frozenset(FORMATS)  # not archives: their files are not in the folder


class FolderGone(Exception):
    """The folder is not there or cannot be read. The message is for users."""


def checked(place: str, home: Path) -> Path:
    """The folder that is meant, resolved. Raises BadGoal: it is none, or one that must not be watched."""
    path = Path(place.strip()).expanduser()
    if not place.strip() or not path.is_absolute():
        raise BadGoal("Give the whole path of the folder, from the root on. Nothing is watched.")
    try:
        path = path.resolve(strict=True)
        known = path.is_dir()
    except (OSError, RuntimeError, ValueError) as e:
        raise BadGoal(f"There is no folder {place.strip()} on this machine. Nothing is watched.") from e
    if not known:
        raise BadGoal(f"{path} is a file. A folder can be watched; a file is uploaded.")
    own = home.resolve()
    if path == Path(path.anchor) or own == path or own in path.parents or path in own.parents:
        raise BadGoal(
            f"{path} holds Groundwork's own files, or the whole machine. Choose a folder of documents. Nothing is watched."
        )
    return path


def look(root: Path) -> tuple[dict[str, str], int, str]:
    """({path inside: stamp}, files left out, what could not be looked at). Raises FolderGone."""
    found: dict[str, str] = {}
    left_out = 0
    trouble: list[str] = []
    try:
        if root.is_symlink() or not root.is_dir():
            raise FolderGone(f"{root} is not there (any more), or is no folder.")
        for path, info in _walk(root, root, 0, trouble):
            if ending(path.name) not in _READ or len(found) >= MOST:
                left_out += 1
            elif time.time() - info.st_mtime >= _SETTLED:
                found[str(PurePosixPath(path.relative_to(root)))] = f"{info.st_mtime_ns}:{info.st_size}"
            else:
                found[str(PurePosixPath(path.relative_to(root)))] = ""  # there, and not to be read yet
    except OSError as e:
        raise FolderGone(f"{root} cannot be read ({e.strerror or e}).") from e
    return found, left_out, "; ".join(trouble[:3])


def _walk(root: Path, folder: Path, depth: int, trouble: list[str]) -> Iterator[tuple[Path, os.stat_result]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError as e:
        if folder == root:
            raise
        trouble.append(f"{folder.relative_to(root)} cannot be read ({e.strerror or e})")
        return
    for entry in entries:
        if entry.name.startswith((".", "~$")) or entry.is_symlink():
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                if depth < DEEPEST:
                    yield from _walk(root, Path(entry.path), depth + 1, trouble)
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path), entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue  # it went away while we looked


def read_inside(root: Path, inside: str, most: int) -> bytes:
    """The bytes of a file of the folder. Raises OSError (also when a part of the way is a link now), ValueError (too large)."""
    parts = PurePosixPath(inside).parts
    if not parts or any(p in ("..", "/", "") for p in parts):
        raise OSError(f"{inside} is not inside the folder")
    if os.open not in os.supports_dir_fd:  # Windows
        path = (root / inside).resolve(strict=True)
        if not path.is_relative_to(root):
            raise OSError(f"{inside} leads out of the folder")
        return _bytes(os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0)), most)
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        for part in parts[:-1]:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = below
        return _bytes(os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at), most)
    finally:
        os.close(at)


def _bytes(descriptor: int, most: int) -> bytes:
    with os.fdopen(descriptor, "rb") as f:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("it is no ordinary file")
        data = f.read(most + 1)
    if len(data) > most:
        raise ValueError(f"It is larger than {most // 1_000_000} MB")
    return data
