from __future__ import annotations

from memory.samples import samples


def test_the_samples_can_be_read_and_answer_questions(anna):
    for name, data, about in samples():
        receipt = anna.add(name, data)
        assert receipt.status == "added", receipt.message
        assert about
    assert {t.name: t.rows for t in anna.tables() if "sales" in t.name} == {
        "sales_2025": 152,
        "sales_2025_targets": 4,
    }
    for question, document, answer in (
        ("How can the warehouse contract be ended?", "services_agreement.pdf", "90 days"),
        ("What is the cap on liability?", "services_agreement.pdf", "£60,000"),
        ("Who has to approve a purchase of £12,000?", "purchasing_policy.docx", "Finance Director"),
        ("How much may be spent on meals when travelling?", "purchasing_policy.docx", "£35 a day"),
    ):
        found = anna.search(question)
        assert any(p.title == document and answer in p.text for p in found), question
