"""Answers as a fluent model words them: right ones must stand, the same with one thing turned round must not."""

from __future__ import annotations

import pytest

from graph.claims.grounding import ground
from tests.graph.claims.test_grounding import embed, result

TERM = (
    "The agreement commences on 1 March 2025 and continues for an initial term of three years. Thereafter it is extended "
    "automatically by twelve months at a time unless either party gives notice of non-renewal at least 90 days before the "
    "end of the current term."
)
FEE = (
    "For the services the Client shall pay a fixed remuneration of EUR 12,500 per month, exclusive of value added tax."
)
INTEREST = "Overdue amounts bear interest at 8 percentage points above the base rate of the European Central Bank."
ABROAD = "Working from another country is not permitted for longer than 20 working days per calendar year."
CLAIMS = "Claims are submitted through the portal no later than 45 days after the expense was incurred."
SICK = "Salary continues to be paid in full for the first six weeks of sickness."
CARRIED = "Up to five unused days can be carried over and must be taken by 31 March of the following year; after that they lapse."
CHILDREN = "The appliance may be used by children aged eight and over if they are supervised."
DATA = "Rated power: 245 W\n\nTank capacity: 4.2 litres\n\nNoise level: 39 dB(A)"
SLEEP = "Mean sleep onset latency fell from 38 minutes with clear lenses to 24 minutes with amber lenses."
MOVED = "Marcus reported a delay. The committee decided to move the go-live from 3 November to 24 November 2025."
SAVED = "Marcus proposed to shut down unused test environments at weekends, which would save about EUR 6,000 a month."
AUDIT = "The external audit by Deloitte found no major non-conformities."
LATE = "Project Falcon is three weeks behind schedule because the customs interface was delivered late."
HELP = "The Supplier may engage subcontractors only with the prior written consent of the Client."
SAMPLE = "The sample was 88% female, so the results may not apply to men."


@pytest.mark.parametrize(
    ("passage", "claim"),
    [
        (TERM, "The first term lasts three years from 1 March 2025; after that it is extended by twelve months at a time."),
        (TERM, "To prevent renewal, notice is to be given no later than 90 days before the end of the term."),
        (FEE, "The fixed remuneration is EUR 12,500 per month before VAT."),
        (INTEREST, "Overdue amounts bear interest of 8 percentage points above the ECB base rate."),
        (ABROAD, "Working from another country is possible for no more than 20 working days in a calendar year."),
        (SICK, "Salary is paid at 100% for the first six weeks of sickness."),
        (CARRIED, "Days carried over lapse if they aren't taken by 31 March of the following year."),
        (CHILDREN, "Children from the age of eight may use the appliance under supervision."),
        (DATA, "The power is rated at 245 W and the noise at 39 dB(A)."),
        (SLEEP, "With amber lenses sleep onset was 14 minutes faster."),
        (MOVED, "Go-live was moved from 3 November to 24 November 2025."),
        (SAVED, "Shutting down unused test environments would save EUR 72,000 a year."),
        ("Bills of the Supplier are sent on the last day of each month.", "Bills are sent on the last day of each month."),
    ],
)  # fmt: skip
def test_a_right_paraphrase_stands(passage: str, claim: str) -> None:
    grounded = ground(f"{claim[:-1]} [s1.1].", {"s1": result("s1", sources=[("paper.md", passage)])}, embed)
    assert [c["reason"] for c in grounded.claims if c["support"] == "unsupported"] == []
    assert grounded.claims


@pytest.mark.parametrize(
    ("passage", "claim"),
    [
        (TERM, "Notice of non-renewal must be given at most 90 days before the end of the term."),
        (TERM, "Notice of non-renewal must be given at least 90 days after the end of the current term."),
        (FEE, "The fixed remuneration of EUR 12,500 per month is inclusive of value added tax."),
        (FEE, "Over a year the remuneration comes to EUR 140,000 (12 × EUR 12,500)."),
        (ABROAD, "Working from another country is permitted for longer than 20 working days per calendar year."),
        (CLAIMS, "Claims may be submitted later than 45 days after the expense."),
        (DATA, "The noise level is 245 W."),
        (SLEEP, "With amber lenses sleep onset was 16 minutes faster."),
        (MOVED, "The go-live was moved from 24 November to 3 November 2025."),
        (SAVED, "Shutting down unused test environments would save EUR 60,000 a year."),
        (AUDIT, "The audit by Deloitte found major non-conformities."),
        (LATE, "Project Falcon is three weeks ahead of schedule."),
        (HELP, "The Supplier may engage subcontractors without consent."),
        (SAMPLE, "The sample was 88% male."),
        ("The numbers stay the same.", "The numbers change."),
    ],
)
def test_the_same_turned_round_does_not(passage: str, claim: str) -> None:
    grounded = ground(f"{claim[:-1]} [s1.1].", {"s1": result("s1", sources=[("paper.md", passage)])}, embed)
    assert [c["support"] for c in grounded.claims] == ["unsupported"]
