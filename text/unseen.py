"""Characters that nobody sees and that act all the same: they turn the order of what stands beside them ("exe.fdp" reads
"pdf.exe"), split a word in two, or carry a message of their own to whoever reads letter by letter.

Not among them: the joiners and the marks of direction (U+200C to U+200F, U+061C), without which Persian, Hebrew, Arabic
and some emoji are written wrongly, and which turn nothing but punctuation. Not covered: letters that look like others.
"""

from __future__ import annotations

import re

# Controls but tab and line breaks; soft hyphen; zero-width spaces; embeddings, overrides, isolates; invisible operators;
# byte order mark; annotation; tags.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_ANY = re.compile(f"{_UNSEEN.pattern[:-1]}\u200c-\u200f\u061c]")


def dropped(text: str) -> str:
    """The text as it is read."""
    return _UNSEEN.sub("", text)


def marked(text: str) -> str:
    """For what somebody decides on: each of them, the joiners as well, where it stands, as "⟨U+202E⟩"."""
    return _ANY.sub(lambda m: f"⟨U+{ord(m[0]):04X}⟩", text)
