"""How people ask for all statements of a kind ("key dates", "who has to do what by when", "what was decided"). Data only."""

from __future__ import annotations

import re

_ALL = r"(?:key|main|important|relevant|critical|all|any|upcoming|various|different|outstanding|open)"
_LIST = r"(?:list|table|overview|calendar|summary|timeline|schedule|log|register|rundown|round-?up|breakdown)"
_THING = (
    r"(?:\b(?:the|these|those|all|my|our|any|of|key|main|important|biggest|top|major|possible|relevant"
    r"|outstanding|open|upcoming|different|various|[\w-]+(?:['’]s|s['’])) )+"
)
_ASKED = (
    r"(?:what|which|list|show|give|tell|pull out|extract|find|collect|gather|name|sum|summari[sz]e"
    r"|are there|any|identify|make|write|draw up|highlight|i need|need|go through|spell out)\b"
)


def _plural(nouns: str) -> str:
    """The noun asked for as a whole: "list the …", "key …", "a summary of the …", "what are the …"."""
    return rf"(?:{_ASKED}(?:(?! of the| in the| for the| by the)[^.?!]){{0,40}}?{_THING}|{_ALL} |{_LIST} of (?:{_THING})?|^(?:the )?)(?:\w+ )?(?:{nouns})\b(?! (?:of|for|on) (?:the|a|an|my|our) \w+ (?:is|was|are|were))"


KINDS: list[tuple[str, re.Pattern[str]]] = [
    (kind, re.compile(pattern, re.I))
    for kind, pattern in [
        ("open points", _plural("open (?:questions?|points|issues|items|matters)|unresolved (?:points|issues|questions)|loose ends|unanswered questions") + r"|\b(?:what|which (?:points|questions|issues|things|items|matters))(?:'s|’s| is| are| remains?| things are)? (?:still |yet |left )*(?:open|unresolved|undecided|outstanding|to be (?:decided|settled|agreed|confirmed)|unclear|up in the air)\b"),
        ("actions", _plural("action (?:items?|points?|list)|actions|to-?do lists?|to-?dos?|next steps?|follow-?ups?|assignments|tasks") + r"|\bwho (?:has|have|needs?|is|are|must|should|'s|does|was|will)\b.{0,20}\b(?:do(?:es|ing)?|deliver|owes?) what\b|\bwho does what\b|\bwhat (?:does|do|must|has|have|should) (?:each|every)\w*\b.{0,30}\bdo\b|\bwho(?:['’]s| is| was) (?:supposed|meant|asked|expected|down) to (?:be )?do(?:ing)?\b|\b(?:jobs|tasks) (?:were|are|got|have been) (?:given|handed|assigned)"),
        ("deadlines", _plural("deadlines|due dates|time limits|cut-?off dates|closing dates")),
        ("dates", _plural("dates|milestones|appointments") + r"|\btime-?line\b|\b(?:what|which) (?:dates|days) (?:do|should|must|are|does|matter)\b|\bwhen (?:does|do|is|are|did|will) (?:everything|what|each thing|things) (?:happen|due)|\bdates? (?:for|in) (?:my|the|our) (?:diary|calendar)"),
        ("decisions", _plural("decisions|resolutions|agreements reached") + r"|\bwhat (?:was|were|has been|have been|got|things were|all was) (?:all )?(?:decided|agreed|resolved|approved|settled)(?= |$)|\bwhat (?:did|have|has) [^?]{1,40}? (?:decided?|agreed?|resolved?|settled?)(?: on| upon| to do)?(?= (?:at|in|during)\b|$)"),
        ("duties", _plural("obligations|duties|responsibilities|dos and don['’]?ts|must-?dos|house rules") + r"|\bwhat (?:must|should|do|does|is|are) (?P<who>[^?]{2,40}?) (?:(?:have|has|need|needs|supposed|required|obliged|expected) to )?do (?:and|or|,) (?:not|what).*$|\bwhat (?:must|do|does|is|are) (?P<them>[^?]{2,40}?) (?:have to|has to|need to|obliged to|required to|expected to|supposed to)(?: do)?$"),
        ("risks", _plural("risks?|hazards|dangers|warnings|red flags|pitfalls|threats") + r"|\bwhat (?:could|can|might|may) go wrong\b|\bwhat (?:are|is) the (?:\w+ )?(?:risks?|dangers?)\b"),
        ("figures", _plural("figures|numbers|facts and figures|amounts")),
        ("amounts", _plural("costs|prices|fees|charges|payments|sums of money|expenses")),
    ]
]  # fmt: skip
# "… of the landlord", "the tenants' duties", "what Priya has to do": whose they are.
WHO = re.compile(
    r"""
    \b(?:obligations|duties|responsibilities|tasks|actions|action[ ]items|to-?dos?|jobs|dos[ ]and[ ]don['’]?ts)
    \b[ ](?:does|do|has|have|of|for|fall[ ]on|falls[ ]on|lie[ ]with)[ ]
    (?P<a>(?:the[ ]|our[ ]|my[ ])?[\w&'’-]+(?:[ ][A-Z][\w&'’-]+){0,2})
    |(?P<b>[\w&-]+(?:[ ][A-Z][\w&-]+)?)(?:['’]s|s['’])[ ](?:\w+[ ])?
    (?:obligations|duties|responsibilities|tasks|actions|to-?dos?|jobs)\b
    """,
    re.I | re.X,
)
ANYBODY = {"i", "me", "we", "us", "you", "they", "it", "one", "people", "everyone", "everybody", "each", "there", "what", "all", "each person", "someone", "anyone"}  # fmt: skip
ABOUT = re.compile(r"\b(?:about|on|regarding|concerning|around|relating to|related to|to do with|connected with|for|with)\s+(?P<topic>[^,?]+)$", re.I)  # fmt: skip
AHEAD = re.compile(r"\b(?:upcoming|coming up|still to come|ahead|next few|future|from now on)\b", re.I)
