"""Many small documents in one go: how fast they are taken in, and how long the page takes to answer meanwhile.

usage: python -m bench.bulk [--files 10000]   starts the page on a fresh home, uploads one ZIP in Chromium, and opens the
Memory page again and again until everything is in. Prints a table. Not a test: it takes minutes and both cores.
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
import tempfile
import time
import zipfile
from pathlib import Path

from bench.served import FLAGS, served

_WORDS = """
harbour ferry ticket winter contract notice payment invoice supplier delivery warehouse machine repair garden water
meeting minutes budget training safety visitor parking holiday pension insurance laptop password printer coffee river
"""


def archive(files: int) -> bytes:
    """Notes of about 120 words each, in 100 folders; the same every time."""
    chance, words, out = random.Random(7), _WORDS.split(), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for n in range(files):
            lines = [" ".join(chance.choices(words, k=12)).capitalize() + "." for _ in range(10)]
            z.writestr(f"{n % 100:03}/note-{n}.txt", f"Note {n}\n\n" + " ".join(lines))
    return out.getvalue()


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        upload = Path(home, "notes.zip")
        upload.write_bytes(archive(args.files))
        with served(Path(home, "home")) as (address, pid):
            browser = playwright.chromium.launch(executable_path=args.chromium, args=FLAGS)
            _measure(browser.new_page(), f"{address}/memory", upload, args.files, pid)
            browser.close()


def _measure(page, address: str, upload: Path, files: int, pid: int) -> None:
    page.goto(address)
    page.locator("input[type=file]").wait_for(state="attached", timeout=60_000)
    began = time.monotonic()
    page.locator("input[type=file]").set_input_files(str(upload))
    page.get_by_text("to go").first.wait_for(timeout=120_000)
    took, left, told = list[float](), files, began
    while left:
        time.sleep(3)
        at = time.monotonic()
        page.goto(address)
        page.get_by_text("What you told it").wait_for(timeout=60_000)
        took.append(time.monotonic() - at)
        texts = page.get_by_text("to go").all_inner_texts()
        left = int(texts[0].split()[0].replace(",", "")) if texts else 0
        if time.monotonic() - told > 60:
            told = time.monotonic()
            print(f"{told - began:6.0f} s  {left:,} to go", flush=True)
    seconds = time.monotonic() - began
    took.sort()
    memory = next(x for x in Path(f"/proc/{pid}/status").read_text().splitlines() if x.startswith("VmRSS")).split()[1]
    print(f"files {files:,} | seconds {seconds:,.0f} | files a second {files / seconds:.1f}")
    print(
        f"page, from address to drawn, {len(took)} times: median {statistics.median(took):.2f} s, "
        f"95% {took[int(0.95 * (len(took) - 1))]:.2f} s, slowest {took[-1]:.2f} s | resident {int(memory) / 1000:,.0f} MB"
    )


if __name__ == "__main__":
    main()
