"""The model that reads a question and a sentence together."""

import numpy as np
import pytest

from memory import reader
from memory.reader import SentenceReader
from memory.shipped_model import open_model
from memory.types import MemoryFault


@pytest.fixture(scope="module")
def answers():
    return SentenceReader().answers


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (
            "How much do they get paid?",
            "The annual remuneration of the post is GBP 41,200.",
            "Applications close at noon on 3 March.",
        ),
        (
            "When do we have to be out of the flat?",
            "The premises shall be vacated by 30 June.",
            "The flat has two bedrooms and a balcony.",
        ),
        (
            "Can I bring my dog?",
            "Pets are not permitted in any of the cottages.",
            "The cottages sleep up to six guests.",
        ),
    ],
)
def test_the_sentence_that_answers_is_told_from_one_that_does_not_without_a_shared_word(
    answers, question, right, wrong
):
    yes, no = answers(question, [right, wrong])
    assert yes > no + 1


def test_the_order_of_the_sentences_is_kept_and_nothing_is_asked_of_an_empty_list(answers):
    texts = ["Rent is £900 a month. [SEP] Lease. Money. ", "x " * 900, "", "The lift is out of order."]
    together = answers("How much is the rent?", texts)
    assert together.dtype == np.float32
    assert int(together.argmax()) == 0
    assert np.isfinite(together).all()
    assert answers("How much?", []).shape == (0,)


def test_among_many_sentences_the_second_reading_decides_and_no_other_comes_before(answers):
    right = "The premises shall be vacated by 30 June."
    others = [f"Flat {n} has {n} windows to the yard." for n in range(1, 30)]
    question = "When do we have to be out of the flat?"
    odds = answers(question, [*others[:17], right, *others[17:]])
    assert int(odds.argmax()) == 17
    again = answers(question, [right])[0]  # few enough to be read by the second alone
    assert odds[17] == pytest.approx(again, abs=1e-3)


@pytest.mark.parametrize("which", ["FIRST", "SECOND"])
def test_a_model_that_was_changed_is_refused(tmp_path, monkeypatch, which):
    file, sha256 = getattr(reader, which)
    other = tmp_path / file.name
    other.write_bytes(b"something else")
    (tmp_path / "tokenizer.json").write_bytes((file.parent / "tokenizer.json").read_bytes())
    monkeypatch.setattr(reader, which, (other, sha256))
    with pytest.raises(MemoryFault, match="damaged or was changed"):
        SentenceReader().answers("What?", ["This."] * (reader.LIKELIEST + 1))


def test_what_was_read_is_not_read_again(answers):
    question, texts = "How much is the rent?", ["Rent is £900 a month.", "The lift is out of order."]
    first = answers(question, texts)
    assert answers(question, [*reversed(texts)]).tolist() == first[::-1].tolist()
    assert answers("Is the lift working?", texts).tolist() != first.tolist()


def test_a_model_is_opened_once_however_many_readers_there_are():
    assert open_model(*reader.FIRST, 128)[0] is open_model(*reader.FIRST, 128)[0]
