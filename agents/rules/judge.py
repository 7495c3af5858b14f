"""The agent's word after steps and after the answer. Deterministic; never asks for the same thing twice."""

from __future__ import annotations

from agents.base import Review, Verdict, Word
from agents.rules.another_way import wanted


def judge(review: Review) -> Verdict:
    if not review.answer:
        failed = [
            review.results[s]
            for s in review.finished
            if s in review.results and review.results[s]["status"] == "failed"
        ]
        if failed:
            return verdict(
                "accept", f"{failed[0]['error'] or 'A step failed.'} The rest goes on; the answer will say so."
            )
        return verdict("accept", "All steps came out as planned.")
    if why := wanted(review):
        return verdict("replan", why)
    bad = [c for c in review.claims if c["support"] == "unsupported"]
    if bad:
        return verdict("finish", f"{len(bad)} sentence(s) could not be traced to a source and are marked.")
    if review.outcome == "not_answered":
        return verdict("finish", "The goal could not be answered from what there is; the answer says so.")
    return verdict("accept", "Every sentence is traced to its source." if review.claims else "Nothing to check.")


def verdict(word: Word, reason: str) -> Verdict:
    return Verdict(word=word, reason=reason, steps=[], question="", options=[])
