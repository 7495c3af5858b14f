import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.rules.reading import answer
from tests.agents.reading.conftest import DOCUMENTS, passage


@pytest.mark.parametrize(
    ("document", "question", "value"),
    [
        ("Services Agreement", "How much does the customer pay each month?", "EUR 12,500"),
        ("Services Agreement", "When does the contract start?", "1 March 2025"),
        ("Services Agreement", "For how many years does secrecy last once the contract is over?", "five years"),
        ("Employee Handbook", "How many vacation days do I get per year?", "27 days"),
        ("Employee Handbook", "Who is the compliance officer?", "Priya Raman"),
        ("Steering Committee Minutes", "By how much did cloud spending increase?", "22%"),
        ("Steering Committee Minutes", "When will Project Falcon go live?", "24 November 2025"),
        ("AquaPure Manual", "How heavy is the device?", "11.8 kg"),
        ("AquaPure Manual", "What is the service hotline?", "+49 89 5550 1420"),
        ("Invoice 2025-0917", "What is the invoice number?", "CPD-2025-0917"),
    ],
)
def test_the_value_asked_for_comes_as_it_stands_whatever_the_wording(document, question, value, passages, sense):
    found = passages(document)
    r = answer(question, found, sense)
    assert r.found
    assert r.value == value
    assert value in r.sentences[0].text
    assert r.sentences[0].text in found[r.sentences[0].passage]["text"]


@pytest.mark.parametrize(
    ("document", "question"),
    [
        ("Services Agreement", "What is the penalty for late delivery?"),
        ("Services Agreement", "What is the hourly rate for additional work?"),
        ("Employee Handbook", "How high is the Christmas bonus?"),
        ("Steering Committee Minutes", "When will Project Heron go live?"),
        ("Steering Committee Minutes", "What was the error rate of Project Falcon?"),
        ("AquaPure Manual", "What does error E7 mean?"),
        ("AquaPure Manual", "How long does the battery last?"),
        ("Sleep Study", "What was the effect on blood pressure?"),
        ("Curriculum Vitae", "What is Amara's notice period?"),
    ],
)
def test_what_is_not_stated_is_declined_with_the_closest_and_a_reason(document, question, passages, sense):
    r = answer(question, passages(document), sense)
    assert not r.found
    assert r.closest
    assert r.reason
    assert not r.sentences
    assert not r.value


def test_another_years_figure_is_no_answer(sense):
    text = "Revenue was EUR 4.1 million in 2023. The number of customers grew to 310."
    assert answer("What was the revenue in 2023?", [passage(text)], sense).value == "EUR 4.1 million"
    assert not answer("What was the revenue in 2024?", [passage(text)], sense).found


def test_another_projects_figure_is_no_answer(sense):
    text = "Project Osprey has a budget of EUR 90,000. Project Falcon is on schedule."
    assert answer("What is the budget of Project Osprey?", [passage(text)], sense).value == "EUR 90,000"
    assert not answer("What is the budget of Project Falcon?", [passage(text)], sense).found


def test_yes_and_no_only_where_the_sentence_is_plain(sense):
    assert (
        answer("Is smoking allowed in the building?", [passage("Smoking is prohibited in the building.")], sense).value
        == "No"
    )
    conditional = answer(
        "May the tenant sublet the flat?",
        [passage("The tenant may sublet the flat only with the landlord's consent.")],
        sense,
    )
    assert conditional.found
    assert conditional.value == ""
    assert "only with" in conditional.sentences[0].text


def test_a_sentence_that_leans_on_the_one_before_brings_it_along(sense):
    text = "The warranty period is two years. It starts on the day of delivery."
    r = answer("When does the warranty start?", [passage(text)], sense)
    assert r.sentences[0].text == text


def test_a_list_is_quoted_with_its_items(sense):
    text = (
        "The following documents are required for the visa:\n- a valid passport\n- two photographs\n- proof of income"
    )
    r = answer("Which documents are required for the visa?", [passage(text)], sense)
    assert "proof of income" in r.sentences[0].text


def test_a_typed_value_can_be_passed_on(sense):
    r = answer("How long is the notice period?", [passage("The notice period is thirty (30) days.")], sense)
    assert (r.typed, r.kind) == (30.0, "duration")
    assert (
        answer("When does the lease end?", [passage("The lease ends on 31 March 2027.")], sense).typed == "2027-03-31"
    )


def test_nothing_to_read_is_declined_in_words(sense):
    for found in ([], [passage("")], [passage("  \n ")]):
        r = answer("What is the price?", found, sense)
        assert not r.found
        assert r.reason


def test_the_same_question_twice_is_answered_alike(passages, sense):
    found = passages("Sleep Study")
    assert answer("How was sleep measured?", found, sense) == answer("How was sleep measured?", found, sense)


ANY_TEXT = st.text(alphabet=st.sampled_from("aAbZ é1%$.,:;|-–#*\n\t?()’\u00a0\u2028日"), max_size=300)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(ANY_TEXT, max_size=3),
    question=st.one_of(ANY_TEXT, st.sampled_from(["When is a 1?", "Who is Ab?", "How much is bZ?", "which a are b"])),
)
def test_every_quotation_stands_in_its_passage(texts, question, sense):
    found = [passage(t, title=f"T{i}") for i, t in enumerate(texts)]
    r = answer(question, found, sense)
    for quote in (*r.sentences, *r.closest):
        assert quote.text in found[quote.passage]["text"]
    if r.found and r.value not in ("", "Yes", "No"):
        assert any(r.value in s.text for s in r.sentences)


@pytest.mark.parametrize("document", [f.stem for f in sorted(DOCUMENTS.glob("*.md"))])
def test_quotations_of_real_documents_are_exact(document, passages, sense):
    found = passages(document)
    for question in ("What is this about?", "Who is responsible?", "When is the deadline?", "How much is it?"):
        r = answer(question, found, sense)
        for quote in (*r.sentences, *r.closest):
            assert quote.text in found[quote.passage]["text"]


def test_who_somebody_is_needs_somebody(sense):
    text = "Novik Printing: staff handbook\n\nThe working week has 38 hours. Overtime is agreed with the shift leader."
    r = answer("Who is the chief executive of Novik Printing?", [passage("Handbook", text)], sense)
    assert not r.found
