"""Three documents of one invented company, to try Groundwork with one click: a contract, its sales, its purchasing rules.

They speak of one another on purpose: the contract can be held against the policy, the sales against their targets.
"""

from __future__ import annotations

from pathlib import Path

_SAMPLES = (
    ("services_agreement.pdf", "A warehousing contract: term, fees, liability, notice periods"),
    ("sales_2025.xlsx", "A year of sales by region, product and salesperson, with targets"),
    ("purchasing_policy.docx", "Who may approve which purchase, and what a contract must contain"),
)


def samples() -> list[tuple[str, bytes, str]]:
    """(file name, bytes, what it is) of each sample document."""
    folder = Path(__file__).parent
    return [(name, (folder / name).read_bytes(), about) for name, about in _SAMPLES]
