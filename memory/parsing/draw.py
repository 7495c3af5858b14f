"""A page of a PDF as a picture, with some of its words marked. In the child, as all reading of strangers' files.

Not a format: it writes `page.png` into the folder it is given, and a word of text so that the child has an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from memory.parsing.parsed import Source, TextBuilder

_WIDTH = 1300  # pixels
_MARK = (255, 214, 64, 110)
_WORDS = 5  # a phrase is looked for in pieces of so many words: lines are broken and hyphenated anywhere
_BETWEEN = r"[\s\x02\ufffe-]+"


def read(source: Source, out: TextBuilder) -> None:
    import pypdfium2
    from PIL import Image, ImageDraw

    document = pypdfium2.PdfDocument(source.data)
    page = document[int(source.wanted["page"]) - 1]
    width, height = page.get_size()
    scale = min(_WIDTH / width, 3000 / height)
    picture = page.render(scale=scale).to_pil().convert("RGB")
    marks = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(marks)
    for left, bottom, right, top in _places(page.get_textpage(), source.wanted["phrases"]):
        pen.rectangle((left * scale, (height - top) * scale, right * scale, (height - bottom) * scale), fill=_MARK)
    Image.alpha_composite(picture.convert("RGBA"), marks).convert("RGB").save(out.folder / "page.png", optimize=True)
    out.paragraph("drawn")


def _places(chars: Any, phrases: list[str]) -> Iterator[tuple[float, float, float, float]]:
    """(left, bottom, right, top) in points of every piece of the phrases that stands on the page."""
    text = chars.get_text_range()
    if len(text) != chars.count_chars():  # characters outside the basic plane: positions would be wrong
        return
    for phrase in phrases:
        words = phrase.split()
        for at in range(0, len(words), _WORDS):
            piece = words[at : at + _WORDS]
            if len("".join(piece)) < 4 and len(words) > _WORDS:
                continue
            for m in re.finditer(_BETWEEN.join(map(re.escape, piece)), text):
                for i in range(chars.count_rects(m.start(), len(m[0]))):
                    yield chars.get_rect(i)
                break  # the first place: short pieces occur again elsewhere
