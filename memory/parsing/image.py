"""Pictures of text (photographs, scans, screenshots): what is written in them. A TIFF may have several pages."""

from __future__ import annotations

import io

from memory.parsing.ocr import paragraphs
from memory.parsing.parsed import Source, TextBuilder
from memory.parsing.plain import read_plain
from memory.types import UnreadableFile

_MOST_PAGES = 200
_MOST_PIXELS = 80_000_000  # a picture that unpacks to more is refused, not scaled: unpacking it is the danger


def read(source: Source, out: TextBuilder) -> None:
    from PIL import Image, ImageSequence, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # checked here, before anything is unpacked
    try:
        picture = Image.open(io.BytesIO(source.data))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as e:
        raise UnreadableFile(f"{source.name} is damaged and cannot be opened as a picture. Save it again.") from e
    if picture.width * picture.height > _MOST_PIXELS:
        raise UnreadableFile(
            f"{source.name} has {picture.width * picture.height / 1e6:,.0f} million pixels, and {_MOST_PIXELS / 1e6:.0f} "
            "million are the most that are read. Save it smaller and upload that."
        )
    taken = picture.getexif().get(306)  # DateTime
    out.tell(date=taken if isinstance(taken, str) else "")
    pages = min(_MOST_PAGES, getattr(picture, "n_frames", 1)) if source.format == "tiff" else 1
    for number, frame in enumerate(ImageSequence.Iterator(picture), start=1):
        if number > pages:
            break
        out.progress(number - 1, pages)
        if source.format == "tiff":
            out.page()
        read_plain("\n\n".join(paragraphs(frame)), out)
    if not out.text.strip():
        raise UnreadableFile(
            f"No text was recognised in {source.name}. Nothing was stored. If there is text in it, try a sharper picture."
        )
