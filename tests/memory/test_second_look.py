"""The second look at the candidates' order: neighbours, and passages of other documents that say like things."""

from __future__ import annotations

import numpy as np

from memory.second_look import among_others, beside, neighbours, spread


def test_neighbours_are_named_by_their_place():
    assert neighbours("a1-0") == ("a1-1",)
    assert neighbours("a1-7") == ("a1-6", "a1-8")


def test_a_passage_beside_the_right_one_comes_before_one_beside_nothing():
    scores = {"a-1": 0.50, "b-1": 0.49}
    assert list(beside(scores, {"a-1": 0.5, "b-1": 0.49, "a-2": 0.1, "b-2": 0.8})) == ["b-1", "a-1"]
    assert list(beside(scores, {"a-1": 0.5, "b-1": 0.49})) == ["a-1", "b-1"]  # no neighbours: as it was


def test_who_was_not_looked_at_stays_behind():
    scores = {f"d{n}-0": 1.0 - n / 100 for n in range(30)}
    assert list(beside(scores, dict.fromkeys(scores, 0.0))) == list(scores)


def test_few_long_documents_are_left_alone():
    assert spread({"a-1": "a", "a-2": "a", "b-1": "b", "b-2": "b"}) == 0.0
    assert spread({"a-1": "a", "b-1": "b"}) == 1.0


def test_what_others_say_too_moves_up_but_the_first_three_stay():
    axes = np.eye(4, dtype=np.float32)
    vectors = {f"d{n}-0": axes[0] for n in range(4)} | {"odd-0": axes[1], "likely-0": axes[0], "last-0": axes[2]}
    scores = {"d0-0": 1.0, "d1-0": 0.9, "d2-0": 0.8, "odd-0": 0.5, "likely-0": 0.49, "d3-0": 0.4, "last-0": 0.1}
    order = list(among_others(scores, vectors, 1.0))
    assert order[:3] == ["d0-0", "d1-0", "d2-0"]
    assert order.index("likely-0") < order.index("odd-0")
    assert list(among_others(scores, vectors, 0.0)) == list(scores)
