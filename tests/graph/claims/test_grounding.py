from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.base import Result
from graph.claims.grounding import ground
from tools.base import source

CONTRACT = (
    "Either party may terminate this agreement by giving the other ninety (90) days' written notice. "
    "The Supplier shall not be liable for indirect loss. The monthly fee is £11,400, exclusive of VAT. "
    "Dr Amina Okafor leads the project and Tomasz Wierzbicki is her deputy. The term ends on 31 January 2028."
)
POLICY = (
    "Invoices are paid within 45 days of the date of invoice. Suppliers with fewer than 50 employees are paid in 14 days. "
    "At least 60% of packaging must be recycled. The limit is £1,000 a month per card."
)


def result(step: str, text: str = "", data: dict | None = None, sources: Sequence[tuple[str, str]] = ()) -> Result:
    made = [source(title, quote) for title, quote in sources]
    for i, s in enumerate(made, start=1):
        s["id"] = f"{step}.{i}"
    return Result(
        step=step,
        status="ok",
        text=text,
        data=data or {},
        sources=made,
        note="",
        error="",
        attempts=1,
        seconds=0.0,
        tokens=0,
    )


RESULTS = {
    "s1": result("s1", sources=[("contract.pdf", CONTRACT), ("policy.md", POLICY)]),
    "s2": result("s2", "0.175 * 2340 = 409.5", {"value": 409.5, "expression": "0.175 * 2340", "shown": "0.175 * 2340 = 409.5"}),
    "s3": result(
        "s3",
        data={"columns": ["region", "total"], "rows": [["South", 1234.567], ["North", 900], ["East", 80]], "value": "South",
              "sql": "SELECT region, SUM(amount) AS total FROM sales GROUP BY 1 ORDER BY total DESC"},
        sources=[("sales.csv", "South: 1234.567\nNorth: 900\nEast: 80")],
    ),
    "s4": result("s4", "2026-03-01 + 100 days = 2026-06-09 (Tuesday)",
                 {"value": "2026-06-09", "weekday": "Tuesday", "expression": "2026-03-01 + 100 days = 2026-06-09"}),
}  # fmt: skip


def embed(texts: Sequence[str]) -> np.ndarray:
    """No two different texts are alike: whatever passes here passes on its words."""
    out = np.zeros((len(texts), 512), np.float32)
    for i, t in enumerate(texts):
        out[i, hash(t) % 512] = 1.0
    return out


def check(answer: str, goal: str = "", results=RESULTS):
    return ground(answer, results, embed, goal)


def only(answer: str, goal: str = ""):
    claims = check(answer, goal).claims
    assert len(claims) == 1, claims
    return claims[0]


@pytest.mark.parametrize(
    "answer",
    [
        "The notice period is 90 days [s1.1].",
        "Either party can terminate with ninety days' written notice [s1.1].",
        "The Supplier isn't liable for indirect loss [s1.1].",
        "The monthly fee is GBP 11,400.00 excluding VAT [s1.1].",
        "Dr Amina Okafor leads the project [s1.1].",
        "The term ends on 2028-01-31 [s1.1].",
        "It says: “ninety (90) days' written notice” [s1.1].",
        "> The Supplier shall not be liable for indirect loss. [s1.1]",
        "At least 60% of the packaging has to be recycled [s1.2].",
        "Invoices are paid within 45 days of the invoice date.",
        "According to contract.pdf the notice period is 90 days [s1.1].",
    ],
)
def test_supported(answer):
    claim = only(answer)
    assert (claim["support"], claim["reason"]) == ("supported", "")
    assert claim["sources"] == ["1"]


@pytest.mark.parametrize(
    ("answer", "expression"),
    [
        ("17.5% of 2,340 is 409.50.", "0.175 * 2340 = 409.5"),
        ("The South sold 1,234.57 [s3.1].", "SELECT region"),
        ("The South has the highest total, 1,234.57.", "SELECT region"),
        ("100 days after 1 March 2026 is Tuesday, 9 June 2026.", "2026-03-01 + 100 days"),
        ("The South sold 1,234.567 and the North 900, together 2,134.567 [s3.1].", "+ 900 = 2,134.567"),
        ("The fee is £11,400 a month [s1.1], so £136,800 a year (12 × £11,400 = £136,800).", "12 × £11,400 = £136,800"),
    ],
)
def test_computed(answer, expression):
    claim = only(answer)
    assert claim["support"] == "computed", claim
    assert expression in claim["expression"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("The notice period is 60 days [s1.1].", "the period 60 days is not in the cited passage"),
        ("The notice period is 90 months [s1.1].", "90 months"),
        ("The notice period is 90 days [s1.2].", "90 days is not in the cited passage"),
        ("The monthly fee is $11,400 [s1.1].", "$11,400"),
        ("The term ends on 14 May 2027 [s1.1].", "the date 14 May 2027 is not in the cited passage"),
        ("Dr Margit Olsen leads the project [s1.1].", "Margit Olsen"),
        ("Tomasz Wierzbicki leads the project [s1.1].", "Amina Okafor"),
        ("The Supplier shall be liable for indirect loss [s1.1].", "not so"),
        ("The monthly fee is not £11,400 [s1.1].", "does not deny"),
        ("At most 60% of the packaging has to be recycled [s1.2].", "at least"),
        ("Invoices are paid within 14 days of the date of invoice [s1.2].", "45 days"),
        ("It says “sixty (60) days' written notice” [s1.1].", "quotation"),
        ("17.5% of 2,340 is 409.6.", "17.5% of 2,340 is 409.5, not 409.6"),
        ("The South sold 900 [s3.1].", "1234.567"),
        ("The South has the lowest total, 1,234.57.", "lowest"),
        ("100 days before 1 March 2026 is 9 June 2026.", "before"),
        ("The warehouse roof was repaired by volunteers [s1.1].", "does not say this"),
        ("Penguins live in the southern hemisphere.", "source"),
        ("Notice is 90 days [s1.9].", "[s1.9] does not exist"),
        ("According to policy.md the notice period is 90 days [s1.1].", "policy.md"),
    ],
)
def test_unsupported(answer, reason):
    grounded = check(answer)
    bad = [c for c in grounded.claims if c["support"] == "unsupported"]
    assert len(bad) == 1
    assert reason in bad[0]["reason"]
    assert grounded.faults


def test_citations_are_renumbered_by_first_use():
    g = check(
        "Payment takes 45 days [s1.2]. Notice is 90 days [s1.1], in writing [s1.1].\n\nPaid within 45 days [s1.2][s1.1]."
    )
    assert g.text == "Payment takes 45 days [1]. Notice is 90 days [2], in writing [2].\n\nPaid within 45 days [1][2]."
    assert [(s["id"], s["title"]) for s in g.sources] == [("1", "policy.md"), ("2", "contract.pdf")]
    assert g.sources[1]["quote"] == CONTRACT


def test_no_mark_is_put_inside_a_quotation():
    g = check(
        "policy.md: “Invoices are paid within 45 days of the date of invoice. The limit is £1,000 a month per card.” [s1.2]"
    )
    assert "invoice. The limit" in g.text
    assert g.text.endswith("” [1]")


@pytest.mark.parametrize(
    "mark", ["[s1.2, s1.1]", "[s1.2; s1.1]", "[s1.2][s1.1]", "【s1.2】[s1.1]", "[[s1.2]] [s1.1]", "[s1.2 and s1.1]"]
)
def test_marks_in_every_form(mark):
    g = check(f"Invoices are paid within 45 days, notice is 90 days {mark}.")
    assert g.text == "Invoices are paid within 45 days, notice is 90 days [1][2]."
    assert g.faults == []


def test_an_unknown_citation_is_taken_out_and_told():
    g = check("The notice period is 90 days [s1.1, s9.4]. Old habits [7].")
    assert g.text == "The notice period is 90 days [1]. Old habits."
    assert any("[s9.4]" in f for f in g.faults)
    assert any("[7]" in f for f in g.faults)
    assert all(c["support"] == "unsupported" for c in g.claims)


def test_a_mark_after_the_full_stop_belongs_to_the_sentence_before():
    claims = check("The notice period is 90 days. [s1.1] Invoices are paid within 45 days. [s1.2]").claims
    assert [(c["text"], c["sources"]) for c in claims] == [
        ("The notice period is 90 days.", ["1"]),
        ("Invoices are paid within 45 days.", ["2"]),
    ]


def test_a_found_source_is_put_in():
    g = check("Invoices are paid within 45 days of the invoice date.")
    assert g.text == "Invoices are paid within 45 days of the invoice date [1]."
    assert g.sources[0]["title"] == "policy.md"


def test_each_half_of_a_sentence_needs_its_own_source():
    right = "Notice is 90 days [s1.1] and invoices are paid within 45 days [s1.2]."
    assert only(right)["support"] == "supported"
    assert only(right.replace("s1.1", "x").replace("s1.2", "s1.1").replace("[x]", "[s1.2]"))["support"] == "unsupported"


def test_tables_are_judged_row_by_row():
    table = "| What | Days |\n|---|---:|\n| Notice | 90 [s1.1] |\n| Invoices paid | {} [s1.2] |"
    assert [c["support"] for c in check(table.format(45)).claims] == ["supported", "supported"]
    assert [c["support"] for c in check(table.format(46)).claims] == ["supported", "unsupported"]


def test_computed_rows():
    table = "| Region | Total |\n|---|---:|\n| South | 1,234.57 |\n| North | {} |"
    assert [c["support"] for c in check(table.format(900)).claims] == ["computed", "computed"]
    assert [c["support"] for c in check(table.format(80)).claims] == ["computed", "unsupported"]


@pytest.mark.parametrize(
    "answer",
    [
        "Here is what I found:",
        "# Summary",
        "## Notice of 90 days",
        "Would you like a table?",
        "I looked at 2 documents.",
        "I found nothing about parking in your documents.",
        "The contract does not mention parking.",
        "Let me know if you need more.",
        "Two things are told about payment:\n\n- Invoices are paid within 45 days [s1.2].\n- The limit is £1,000 a month per card [s1.2].",
        "```sql\nSELECT 99 FROM x\n```",
        "",
        "   \n\n",
        "---",
    ],
)
def test_framing_is_no_claim_and_never_flagged(answer):
    g = check(answer)
    assert g.faults == []
    assert all(c["support"] == "supported" for c in g.claims)


@pytest.mark.parametrize(
    "answer",
    [
        "## Notice of 75 days",
        "I looked at 731 documents.",
        "Here is what Margit Olsen wrote:",
        "Would you like the 12 May 1987 version?",
        "Five things:\n\n- Notice is 90 days [s1.1].",
    ],
)
def test_what_framing_names_has_to_be_real(answer):
    assert any(c["support"] == "unsupported" for c in check(answer).claims)


def test_the_goals_own_figure_may_be_repeated_but_is_no_evidence():
    goal = "For a card with £1,750 spent, what is the limit?"
    assert only("For £1,750, the limit of £1,000 a month per card is passed [s1.2].", goal)["support"] == "supported"
    assert only("The limit is £1,750 a month per card [s1.2].", goal)["support"] == "unsupported"


def test_unicode():
    results = {
        "s1": result(
            "s1",
            sources=[
                (
                    "vertrag.docx",
                    "Der Preis beträgt 1.234,50 € pro Monat. Zoë Müller-Łukasz unterschreibt am 12. März 2026.",
                )
            ],
        )
    }
    g = check(
        "Zoë Müller-Łukasz unterschreibt am 12.03.2026 [s1.1]. Der Preis: “1.234,50 € pro Monat” [s1.1].",
        results=results,
    )
    assert [c["support"] for c in g.claims] == ["supported", "supported"]
    assert check("Der Preis beträgt 1.243,50 € [s1.1].", results=results).claims[0]["support"] == "unsupported"


def test_failed_steps_are_no_evidence():
    results = {"s1": {**RESULTS["s1"], "status": "failed"}}
    g = ground("The notice period is 90 days [s1.1].", results, embed)  # type: ignore[arg-type]
    assert g.claims[0]["support"] == "unsupported"
    assert g.sources == []


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from('ab 9.[]s1,\n|-#>“”"*`:%£()not'), max_size=80))
def test_any_text_is_taken(answer):
    g = check(answer)
    ids = {s["id"] for s in g.sources}
    assert all(set(c["sources"]) <= ids for c in g.claims)
    assert all(c["reason"] for c in g.claims if c["support"] == "unsupported")


@pytest.mark.parametrize(
    "answer",
    [
        "Nothing in sales-2025.csv fits “profit”, “margin”.",
        "Say “Remember that …” and I keep it.",
        "policy.md says nothing about speed.",
        "Connect one by setting a key in the environment, or by running Ollama on this machine.",
        "The web could not be read.",
        "This could not be done: “time” cannot be used: no tool of time has been allowed yet. Look at them under Settings → MCP servers.",
        "If this is general knowledge, it needs a language model: Settings says how to connect one.",
        "If this is general knowledge, it needs a language model, and openai:m gave no usable reply: try again later.",
    ],
)
def test_what_the_assistant_says_of_itself_is_no_claim(answer):
    assert check(answer, "Average profit, margin and speed?").claims == []


def test_a_tools_note_and_error_bear_out_what_repeats_them():
    results = {"s1": {**result("s1", "x", {"value": 9, "expression": "a = 9"}), "note": "Working days are Monday to Friday."},
               "s2": {**result("s2"), "status": "failed", "error": "No fact fits “blue car”."}}  # fmt: skip
    answer = "(Working days are Monday to Friday)\n\nNo fact fits “blue car”."
    assert check(answer, results=results).faults == []


def test_why_a_step_failed_is_no_ground_for_saying_that_it_was_done():
    why = "count_notes of notes is not what was allowed: it has changed."
    failed = Result(**{**result("s1"), "status": "failed", "error": why})
    assert check("The notes were counted as allowed.", results={"s1": failed}).claims[0]["support"] == "unsupported"
    assert check("The notes are not allowed to be counted.", results={"s1": failed}).claims[0]["support"] == "computed"
