"""The check of an answer: every claim, every figure, every citation against what the run found. For every agent.

`grounding.ground(answer, results, embed, goal)` is the whole of it. Deterministic and lexical, with an embedding where
words differ. Which module asks what, from the whole to the parts:

    grounding   Is each claim of the answer borne out, where it says or anywhere? Then its citations, numbered anew.
      units       Which sentences, list items, headings and table rows are there, and which sources does each cite?
      items       What of a unit has to be real: values, names, terms, quotations? Does it assert anything at all?
      evidence    What may a claim stand on: lines of sources and of computed results, with their values and stems?
      invented    Does a unit that asserts nothing name a figure or a name that the run never met?
      judge       Is everything in this claim found where it says, and does that place say the same?

    judge asks about one claim and the lines it may stand on:
      match       Do two values say the same for a reader? What can be reckoned from the numbers of a sentence?
      computed    Was a figure computed, by a tool of the run or by the writer from figures that stand?
      sums        Is arithmetic that the answer spells out right?
      restated    Is it a figure of the passage in other words, or by another period?
      place       Does the value belong, in the passage, to what the sentence puts it with? On that side of a limit?
      sense       Is there a denial on one side only?
      direction   Is there the opposite word: "rose" for "fell"?
      limits      Which limits and sides do values have: "at least", "not later than", "after"?

A new way in which a sentence can be wrong is a new module beside these and one line in `judge`.
"""
