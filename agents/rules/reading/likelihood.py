"""How likely a sentence is the answer: the evidence for it, weighed, and the limits at which it is given or shown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from agents.rules.reading.evidence import Evidence
from agents.rules.reading.question import Question

# Logistic weights of the evidence (is this the answering sentence?), fitted by `python -m bench.reading --fit` on the
# development questions and on papers that the reader was not trained on.
WEIGHTS = (0.8, 2.3, -0.7, 3.7, 1.8, -0.6, -0.7)
BIAS = -3.9
# The reader looks for what a sentence is about, and passes over what it says by the way ("… handed to the Compliance
# Officer, Priya Raman"). Where the words agree plainly (a fit of its own) it does not decide, it only adds its weight.
# At 0.35, or outright: of the development questions, asked of their own document, 88% answered right, 5% wrong, 97% of
# the unanswerable declined; of laymen's questions to eight papers at once that the readers were not trained on, 75%, 12%, 80%.
WORDS = (8.2, 4.4, 3.2, 4.5, 2.0, -2.0)
WORDS_BIAS = -12.8
ACCEPT = 0.35
# Where no word is shared that is seldom reached, yet the readers may put one sentence far before every other that may
# answer (log-odds), or it may stand out among them (times as likely as the next).
OUTRIGHT, LEAD = 0.0, 2.0
STANDS_OUT = 0.1, 3.0
# Where the words choose one sentence and the reader another by this much, it is the reader that is right.
PREFERS = 1.5
# Where the reader says plainly no, the words have to agree nearly fully: most of the rest answered another question.
DENIED, PLAIN = -3.0, 0.9
# Somewhat below ACCEPT the words do not agree; where the reader says yes all the same, four of five were right (of four
# strangers' sets that nothing was trained on), and none of their unanswerable questions came near.
DOUBTED, LEANING = 0.18, 0.7
# Between this and what is accepted the first sentence is right about as often as it is not: it is shown, and called uncertain.
LIKELY = 0.05
SURE = 0.8  # log-odds of the reader


def features(e: Evidence) -> tuple[float, ...]:
    return (e.answers, e.cosine, e.covered, e.inside, e.nearest, e.head, e.passed_over)


def probability(e: Evidence) -> float:
    read = _logistic(BIAS, WEIGHTS, features(e))
    leaning = 0.5 * (max(-6.0, min(6.0, e.answers)) + 3.6)  # -3.6: a sentence that the reader does not think of
    return max(read, _logistic(WORDS_BIAS + leaning, WORDS, features(e)[1:]) ** 2)


def accepted(e: Evidence, accept: float) -> bool:
    """Likely enough to be given as the answer; accept: the least probability, whatever the reader says."""
    p = probability(e)
    if accept >= ACCEPT and e.answers < DENIED and p < PLAIN:
        return False
    return p >= accept or (p >= DOUBTED and e.answers >= LEANING and not e.passed_over)


def _logistic(bias: float, weights: Sequence[float], of: Sequence[float]) -> float:
    z = bias + sum(w * x for w, x in zip(weights, of, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


def may_answer(q: Question, e: Evidence) -> bool:
    """Nothing stands against it: no other name or code, and a value where one was asked for ("how much": "half" is no
    value by its form, but the reader may be sure of the sentence)."""
    if q.who_is and e.found and e.fits == 0:
        return False  # "staff" of "Novik Printing: staff handbook" is nobody
    return not e.veto and not (q.strict and e.fits == 0 and e.answers < SURE)
