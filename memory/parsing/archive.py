"""ZIP archives: the files in it, one by one, under limits. They are documents of their own; an archive in it is not opened.

Names in an archive are a stranger's: they lead nowhere here, because a member is only ever handed out as its bytes with
a cleaned folder and name. Sizes are counted while unpacking, not believed.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from memory.names import file_name, folder_name
from memory.parsing.formats import zipped_kind
from memory.types import UnreadableFile

_MB = 1024 * 1024
MOST_FILES = 20_000
MOST_BYTES = 1000 * _MB  # of all unpacked files together
LARGEST = 50 * _MB  # of one
RATIO = 200  # unpacked to packed, of one file above 10 MB
_JUNK = ("__MACOSX/", ".git/", "node_modules/", "__pycache__/")
_JUNK_NAMES = ("thumbs.db", "desktop.ini", ".ds_store")


@dataclass(frozen=True)
class Member:
    folder: str  # "Contracts/2026", below the archive
    name: str
    data: bytes  # empty when it is left out
    skipped: str = ""  # why it is left out


def is_archive(data: bytes) -> bool:
    """A ZIP that is no document (as .docx, .epub and others are)."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            return not zipped_kind(z)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError):
        return False  # damaged: whoever reads it says so


def members(name: str, data: bytes) -> Iterator[Member]:
    """The files of an archive, also those left out, with the reason. Raises UnreadableFile for a bomb or a damaged one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            infos = [i for i in z.infolist() if not i.is_dir() and not _is_junk(i.filename)]
            if len(infos) > MOST_FILES:
                raise UnreadableFile(
                    f"{name} holds {len(infos):,} files, and {MOST_FILES:,} are the most that are taken from one archive. Split it."
                )
            total, seen = 0, set[tuple[str, str]]()
            for info in infos:
                member = _member(z, info)
                if (member.folder, member.name) in seen:
                    member = Member(member.folder, member.name, b"", "it is in the archive twice")
                seen.add((member.folder, member.name))
                total += len(member.data)
                if total > MOST_BYTES:
                    raise UnreadableFile(
                        f"{name} unpacks to more than {MOST_BYTES // _MB:,} MB, which is more than is safe to take in. Split it."
                    )
                yield member
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError) as e:
        raise UnreadableFile(
            f"{name} is damaged and cannot be unpacked to its end ({e}). Save or download it again."
        ) from e


def _member(z: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    folder, _, last = info.filename.replace("\\", "/").rpartition("/")
    place, name = folder_name(folder), file_name(last)
    if info.flag_bits & 1:
        return Member(place, name, b"", "it is protected with a password")
    if stat.S_ISLNK(info.external_attr >> 16):
        return Member(place, name, b"", "it is a link to another file")
    if info.file_size > LARGEST:
        return Member(place, name, b"", f"it is larger than {LARGEST // _MB} MB")
    if info.file_size > 10 * _MB and info.file_size > RATIO * max(1, info.compress_size):
        return Member(place, name, b"", "it unpacks to far more than its size, as a bomb does")
    with z.open(info) as f:
        data = f.read(LARGEST + 1)
    if len(data) > LARGEST:
        return Member(place, name, b"", f"it is larger than {LARGEST // _MB} MB")
    if is_archive(data):
        return Member(place, name, b"", "it is an archive inside an archive; upload it by itself")
    return Member(place, name, data, "" if data.strip() else "it is empty")


def _is_junk(path: str) -> bool:
    last = path.rsplit("/", 1)[-1].casefold()
    return any(j in f"{path}/" for j in _JUNK) or last in _JUNK_NAMES or last.startswith("._")
