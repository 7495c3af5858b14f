from __future__ import annotations

from agents.base import Claim
from graph.quotes import narrowed
from tools.base import source


def claim(text: str, *ids: str) -> Claim:
    return Claim(text=text, support="supported", sources=list(ids), expression="", reason="")


def test_a_source_is_cut_down_to_what_is_quoted_of_it() -> None:
    passage = source(
        "Lease",
        "4 Deposit\n\nThe deposit is 2,700 euros. It is due\nbefore the keys are handed over. Pets are allowed.",
    )
    passage["id"] = "1"
    (cut,) = narrowed(
        [passage], [claim("**2,700** — “The deposit is 2,700 euros. It is due before the keys are handed over.”", "1")]
    )
    assert cut["quote"] == "The deposit is 2,700 euros. It is due\nbefore the keys are handed over."


def test_two_quotations_keep_what_lies_between_them() -> None:
    passage = source("Lease", "One sentence here. Two sentences here. Three sentences here.")
    passage["id"] = "1"
    claims = [claim("“Three sentences here.”", "1"), claim("“One sentence here.”", "1")]
    assert narrowed([passage], claims)[0]["quote"] == passage["quote"]


def test_a_paraphrase_leaves_the_passage_whole() -> None:
    passage = source("Lease", "The deposit is 2,700 euros.")
    passage["id"] = "1"
    assert narrowed([passage], [claim("You pay 2,700 euros.", "1"), claim("“Something else entirely”", "2")]) == [
        passage
    ]
