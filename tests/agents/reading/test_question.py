import pytest

from agents.rules.reading.question import analyse
from agents.rules.reading.units import units
from tests.agents.reading.conftest import passage


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("By when must the bill be paid?", "date"),
        ("Could you tell me how much it costs?", "money"),
        ("how many vacation days do I get", "duration"),
        ("What does a locker cost a year?", "money"),
        ("How many users may log in?", "number"),
        ("Who signed the lease?", "person"),
        ("Which company did the audit?", "organisation"),
        ("Where is the workshop held?", "place"),
        ("What is the email address of support?", "email"),
        ("Is smoking allowed?", "yes_no"),
        ("What does force majeure mean?", "definition"),
        ("What percentage of users churned?", "percent"),
        ("notice period", "duration"),
        ("Why was it delayed?", "text"),
    ],
)
def test_the_kind_of_answer_is_read_from_the_question(question, kind):
    assert analyse(question).kind == kind


def test_names_codes_and_years_are_taken_as_conditions():
    q = analyse("What did Project Falcon spend on error E5 in 2024?")
    assert "Project Falcon" in q.names
    assert "E5" in q.codes
    assert q.years == ("2024",)


def test_the_speaker_is_no_code():
    assert analyse("can i use the free ticket i earned").codes == ()
    assert analyse("What does annex B say?").codes == ("B",)


def test_a_title_in_capitals_holds_no_names():
    assert analyse("NOTICE PERIOD FOR TERMINATION").names == ()


def test_labelled_lines_wrapped_lines_and_rows_are_told_apart():
    text = "Invoice no: 17\nDue date: 3 May\n\nThe goods remain ours until they have\nbeen paid in full.\n\n| Item | Price |\n| --- | --- |\n| Hat | $5 |"
    found = [u.text for u in units([passage(text)])]
    assert found == [
        "Invoice no: 17",
        "Due date: 3 May",
        "The goods remain ours until they have\nbeen paid in full.",
        "| Item | Price |",
        "| Hat | $5 |",
    ]


def test_a_sentence_in_two_overlapping_passages_occurs_once():
    a, b = (
        passage("First thing said here. Second thing said here."),
        passage("Second thing said here. Third thing said here."),
    )
    assert [u.text for u in units([a, b])] == [
        "First thing said here.",
        "Second thing said here.",
        "Third thing said here.",
    ]


def test_a_full_date_is_asked_about_unless_it_is_only_supposed():
    assert analyse("What did the board decide on 28 May 2026?").days == ("2026-05-28",)
    assert analyse("May I cancel on 3 June 2026?").days == ()
    assert analyse("When was the letter sent?").days == ()


def test_a_question_may_end_with_its_question_word():
    assert (
        analyse("The grant for the study was how much?").kind == analyse("How much was the grant for the study?").kind
    )
