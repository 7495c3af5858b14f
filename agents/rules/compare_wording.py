"""How goals word a comparison: its cues, what the aspects follow, and which adjective compares on what. Data only."""

from __future__ import annotations

import re

CUE = re.compile(
    r"\b(?:compar(?:e|es|ed|ing|ison)|contrast(?:s|ed|ing)?|differ(?:s|ed|ence|ences|ent|ently|ing)?|versus|vs\.?|side by side|side-by-side|next to each other|(?:which|what) (?:one )?(?:of )?(?:the )?(?:two|both|three)\b|"
    r"which\b[^?]{0,40}\bis (?:the )?(?:\w+er|more \w+|less \w+|better|best|\w+est)\b|changed? (?:about|in|between|from|to|since)|how (?:is|are|does|do) .{3,60} (?:different|compare|differ)|opposed to|in common|similarit)",
    re.I,
)
_WORDS = """
compare compares compared comparing comparison contrast difference differences differ differs different versus vs
side next other two both three changed change between with regard regards respect terms regarding concerning about
on table show put which one better document documents say says per each of how what do does the
"""
WORDS = frozenset(_WORDS.split())
# What follows these is what they are compared on; the weak ones may as well belong to a document's name.
STRONG = re.compile(
    r"\b(?:with (?:regards?|respect) to|in terms of|regarding|concerning|on|as to|as regards|when it comes to|say(?:s)? about)\s+(?P<aspects>[^?.:]+)$",
    re.I,
)
WEAK = re.compile(r"\b(?:about|by|in|for|(?<=\S )how)\s+(?P<aspects>[^?.:]+)$", re.I)
WH = re.compile(r"(?:how|what|when|where|who|which|why|whether|if)\b", re.I)
PAPERS = "quotes?|quotations?|offers?|estimates?|bids?|tenders?|proposals?|contracts?|agreements?|leases?|policies|policy|reports?|letters?|e-?mails?|invoices?|versions?|minutes|manuals?|handbooks?|sheets?|cvs?|applications?|suppliers?|providers?|firms?|compan(?:y|ies)"
THE_PAPERS = re.compile(
    rf"\b(?:(?:the|my|our|these|those|both|two|three|all)\s+)+(?:[\w&'’-]+\s+){{0,3}}?(?:{PAPERS})\b(?:\s+(?:from|of|by|with)\s+[^:,?]*$)?",
    re.I,
)
HOW = re.compile(
    r"\bhow\b.*\band\b.*?\b(?:can|could|may|must|is|are|should|will|handle|treat|deal with)\s+(?P<aspects>.+)$", re.I
)
ADJECTIVES = {
    "lighter": "weight", "heavier": "weight", "cheaper": "price", "more expensive": "price", "faster": "speed", "slower": "speed", "quicker": "speed",
    "bigger": "size", "larger": "size", "smaller": "size", "louder": "noise", "quieter": "noise", "longer": "length", "shorter": "length", "older": "date",
    "newer": "date", "lightest": "weight", "heaviest": "weight", "cheapest": "price", "fastest": "speed", "hotter": "temperature", "colder": "temperature",
    "costlier": "price", "dearer": "price", "pricier": "price", "priciest": "price",
}  # fmt: skip
LEAST = {"lighter", "cheaper", "slower", "smaller", "quieter", "shorter", "older", "lightest", "cheapest", "colder"}
