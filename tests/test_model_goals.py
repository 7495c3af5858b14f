"""The sample of goals that a slow machine measures."""

from __future__ import annotations

from bench.model_goals import _sample


def test_a_sample_takes_every_so_many_th_goal_of_each_group_and_one_at_least() -> None:
    goals = [{"id": f"{group}{n}", "group": group} for group, count in (("a", 7), ("b", 2)) for n in range(count)]
    assert [g["id"] for g in _sample(goals, 1, 0)] == [g["id"] for g in goals]
    assert [g["id"] for g in _sample(goals, 3, 1)] == ["a1", "a4", "b1"]
    assert [g["id"] for g in _sample(goals, 5, 3)] == ["a3", "b1"]
    assert [g["id"] for g in _sample(goals, 100, 0)] == ["a0", "b0"]
