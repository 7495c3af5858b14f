from __future__ import annotations

from dataclasses import dataclass

import pytest

from tools.base import ToolFailed
from tools.which_document import find_document


@dataclass(frozen=True)
class Named:
    id: str
    name: str


NAMES = [
    "Employee_Handbook_2025.pdf",
    "Employee_Handbook_2026.pdf",
    "Q3 invoices.xlsx",
    "NDA - Acme Corp (signed).docx",
    "CV_Müller.pdf",
    "sales.csv",
    "sales_2024.csv",
]
DOCUMENTS = [Named(f"id{i}", name) for i, name in enumerate(NAMES)]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("id3", "NDA - Acme Corp (signed).docx"),
        ("employee handbook 2026", "Employee_Handbook_2026.pdf"),
        ("employe handbok 2025", "Employee_Handbook_2025.pdf"),
        ("the invoices", "Q3 invoices.xlsx"),
        ("the acme nda", "NDA - Acme Corp (signed).docx"),
        ("muller cv", "CV_Müller.pdf"),
        ("Sales", "sales.csv"),
        ("sales 2024", "sales_2024.csv"),
    ],
)
def test_a_likely_name_is_enough(asked: str, meant: str) -> None:
    assert find_document(DOCUMENTS, asked).name == meant  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("the handbook", "could be any of: Employee_Handbook_2025.pdf, Employee_Handbook_2026.pdf"),
        ("employee handbook 2024", "no document called"),
        ("sales 2023", "no document called"),
        ("tax return", "no document called"),
    ],
)
def test_another_documents_name_is_not_guessed(asked: str, message: str) -> None:
    with pytest.raises(ToolFailed, match=message):
        find_document(DOCUMENTS, asked)  # type: ignore[arg-type]
