"""What of a unit has to be real: its values, names, quotations. And whether it asserts anything at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graph.claims.evidence import fold, root
from graph.claims.sense import absent
from graph.claims.units import Unit
from text.values import Value, find_values
from text.words import STOP, lemma, names, ordinary, stem, tokens

_QUOTED = re.compile(
    r"“([^“”]+)”|„([^“”„]+)[“”]|«\s*([^«»]+?)\s*»|(?<![\w\d])\"([^\"\n]+)\"(?!\w)"
    r"|(?<![\w])‘([^‘’]{12,})’(?!\w)|(?<![\w])'([^'\n]{16,})'(?!\w)"
)
_SUFFIXES = "ltd limited inc llc gmbh plc corp corporation co company ag sa bv nv oy ab as a/s kg llp lp pty se srl spa"
_SUFFIX = frozenset(_SUFFIXES.split())
_PAPER_WORDS = """
agreement contract document policy section clause article annex appendix schedule handbook manual report minute table
sheet page file passage sourc invoic paragraph chapter note
"""
_PAPERS = frozenset(_PAPER_WORDS.split())
_LANDS = {"french": "france", "danish": "denmark", "dutch": "netherlands", "english": "england", "welsh": "wales", "irish": "ireland", "swiss": "switzerland", "spanish": "spain",
          "polish": "poland", "greek": "greece", "turkish": "turkey", "british": "(?:britain|united kingdom|uk)", "czech": "czech", "american": "(?:america|united states|us)"}  # fmt: skip
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_PROCESS = re.compile(
    r"^(?:(?:so|then|first|next|in total|to answer this|for this|also|and),? )?(?:I|we)(?:['’]ve| have"
    r"|['’]ll| will|['’]m| am)? (?:also |then |now |only |first |just |could |can |did |do |was |were "
    r"|not |n['’]t |couldn['’]t |didn['’]t |can['’]t |cannot |able to |unable to )*"
    r"(?:look|search|read|check|compar|found|find|go|went|use|query|queried|count|comput|calculat"
    r"|convert|summari|list|review|examin|open|fetch|see|saw|know|need|answer|determin|confirm|locat"
    r"|verif|base|gather|collect|remember|save|assum|includ|cover|leave|left|consider|analy|start"
    r"|creat|wrote|writ|show|sort|rank|went|suggest|recommend)\w*\b",
    re.I,
)
_FRAMING = re.compile(
    r"^(?:\d[\d,]* of \d[\d,]* (?:rows|results|entries) (?:are|is) shown|here (?:is|are|’s|'s)"
    r"|below (?:is|are)|the following|in (?:summary|short|brief|conclusion)\W*$|based on|as requested"
    r"|sure|certainly|of course|yes|no|okay|hello|hi|thanks|thank you|you['’]re welcome|let me know"
    r"|hope this|i hope|"
    r"feel free|please (?:let|tell|note|check|upload|connect|ask|try)|would you like|do you want"
    r"|to (?:do|answer|get) this,? (?:connect|upload|add)|this (?:needs|requires) a language model|"
    r"computed (?:with|by|from)|sql(?: used)?\b|sources?\b|closest passages?|the closest"
    r"|nothing (?:is|was|has been|relevant)"
    r"|no (?:documents?|passages?|tables?|uploads?|results?|rows?|answer)\b"
    r"|not (?:found|answered|stated|mentioned)\b|remembered|saved|forgotten|done)\b",
    re.I,
)
_SELF = re.compile(
    r"^(?:[^.!?]{0,40}\b)?I (?:can|could|work|need|cannot|can['’]t|don['’]t|will|am able)\b|"
    r"^\W*(?:connect|upload|attach|switch|give me|try|ask me|choose|click|type|rephrase"
    r"|say(?! nothing)|name (?:the|an?|one)|drop)\b|^“[^”]+\?”|"
    r"^Look (?:at (?:it|them) under Settings\b|in [\w-]+\.?$)|"
    r"^If this is general knowledge, it needs a language model\b|"
    r"^(?:this|that|it|the web|the page) could not be (?:done|read|reached|opened|finished|answered)\b",
    re.I,
)  # of the assistant and how to use it: no source can bear that out


@dataclass(frozen=True)
class Items:
    values: tuple[Value, ...]
    names: tuple[str, ...]  # of people, organisations, products: must be there word by word
    terms: tuple[str, ...]  # "the Supplier", "Finance Director": ordinary words written large
    quotes: tuple[str, ...]
    weekdays: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.values or self.names or self.quotes or self.weekdays or self.terms)


def items(unit: Unit, titles: Sequence[str]) -> Items:
    """What `unit` puts before the reader as real. `titles`: names of the run's documents, which are real as they are."""
    text = masked(unit.text, titles)
    quotes = tuple(
        q
        for m in _QUOTED.finditer(text)
        if re.search(r"\w", q := next(g for g in m.groups() if g)) and not q.strip().endswith("?")
    )
    if unit.shape == "quote":
        quotes = (text.strip('“”" '),)
    values = tuple(v for v in find_values(text) if not (v.kind == "ordinal" and _discourse(text, v)))
    if unit.shape in ("heading", "header"):
        found = [
            n
            for n in names(text)
            if not all(ordinary(w.lower()) or w.lower() in STOP for w in re.findall(r"[\w'’&-]+", n))
        ]
    else:
        found = names(_label_off(text))
    of_values = {v.text for v in values}
    found = [n for n in found if not _plural(n, text)]
    found = [n for n in found if not any(n in t for t in of_values) and not _WEEKDAY.fullmatch(n)]
    proper = tuple(n for n in found if not is_term(n, text))
    return Items(
        values,
        proper,
        tuple(n for n in found if n not in proper),
        quotes,
        tuple(_WEEKDAY.findall(text)) and tuple(m[0] for m in _WEEKDAY.finditer(text)),
    )


def asserts(unit: Unit, found: Items) -> bool:
    """Is it a claim, and not a heading, a question, framing or an account of what was done?"""
    text = unit.text.strip()
    if unit.shape in ("heading", "header") or text.endswith("?"):
        return False
    if unit.ids or unit.shape == "quote":
        return True
    if unit.shape == "row":
        return any(re.search(r"\w", c) for c in unit.cells[1:])
    if text.endswith(":") or not re.search(r"\w\s+\w", text):
        return bool(found.values) and not text.endswith(":")
    if _PROCESS.match(text) or absent(text) or of_itself(unit):
        return False
    return not _FRAMING.match(text) or bool(found)


def of_itself(unit: Unit) -> bool:
    """Does the unit speak of the assistant and its use ("Upload a file and ask", "I can do arithmetic")?"""
    listed = unit.shape == "item" and re.search(r"\b(?:I can|you can ask me|what I do)\b", unit.before)
    return not unit.ids and bool(_SELF.match(unit.text.strip()) or listed)


def masked(text: str, titles: Sequence[str]) -> str:
    """Blank out document names, so that "minutes-2026-01-22.txt" is no date."""
    for t in sorted(titles, key=len, reverse=True):
        if len(t) > 3 and (re.search(r"[._\d-]", t) or " " in t):
            text = re.sub(re.escape(t), lambda m: "¤" * len(m[0]), text, flags=re.I)
    return text.replace("¤", " ")


def is_term(name: str, text: str) -> bool:
    """Ordinary words written large: "the Supplier", "Finance Director". People and firms are not."""
    words = re.findall(r"[\w'’&.-]+", name)
    parts = [p for w in words for p in w.strip(".").lower().split("-")]  # "Go-live"
    if any(not ordinary(p) and p not in STOP for p in parts if p):
        return False
    return not re.search(rf"\b(?:Mr|Mrs|Ms|Dr|Prof|Sir)\.? {re.escape(name)}", text)


def name_in(name: str, folded: str) -> bool:
    """Does the name stand in the folded text: whole, or word by word without "Ltd", or as its initials?"""
    whole = fold(name)
    if re.search(rf"(?<!\w){re.escape(whole)}(?!\w)", folded):
        return True
    words = [w.strip(".,()") for w in re.split(r"[\s/-]+", whole)]
    words = [w for w in words if w and w not in _SUFFIX and w not in STOP and w != "&" and len(w) > 1]
    if words and all(re.search(rf"(?<!\w){re.escape(w)}(?:['’]?s)?(?!\w)", folded) for w in words):
        return True
    if len(words) == 1 and (
        land := _LANDS.get(words[0])
        or (words[0][:4] if re.search(r"(?:ish|ian|an|ese)$", words[0]) and len(words[0]) > 5 else "")
    ):
        return bool(re.search(rf"(?<!\w){land}", folded))  # "Swedish law" is the law of Sweden
    if re.fullmatch(r"[A-Z]{2,6}", name):
        return bool(re.search(r"(?<!\w)" + r"\w*[\s-](?:(?:of|and|the|for)\s)?".join(name.casefold()) + r"\w*", folded))
    return False


def term_in(term: str, bags: frozenset[str]) -> bool:
    """Are the words of "Finance Director" there, whatever their form? Words for papers ("the Agreement") always are."""
    return all(root(t) in bags or stem(t) in _PAPERS for t in tokens(term) if t not in STOP)


def quote_in(quote: str, folded: str) -> bool:
    """Verbatim, up to spaces, quotation marks, an omission ("…", "[…]") and a bracketed letter or word."""
    pieces = re.split(r"\s*(?:\[\s*(?:…|\.\.\.)\s*\]|\(\s*(?:…|\.\.\.)\s*\)|…|\.{3,})\s*|\[[^\]]{1,30}\]", quote)
    at = 0
    for p in pieces:
        want = fold(p).strip(" .,;:!?\"'-")
        if not want:
            continue
        found = folded.find(want, at)
        if found < 0:
            tight = re.sub(r"\W+", "", want)
            return len(tight) > 12 and not re.search(r"\w[^\w\s]\w", want) and tight in re.sub(r"\W+", "", folded)
        at = found + len(want)
    return True


def _discourse(text: str, v: Value) -> bool:
    """ "First, …", "at first", "second" as an enumeration's word."""
    before, after = text[: v.start].rstrip(), text[v.end :]
    return (
        not v.text[0].isdigit()
        and (not before or before[-1:] in ".;:|" or before.endswith(("at", "and")))
        and after[:1] in (",", ":", ")")
    )


def _plural(name: str, text: str) -> bool:
    """ "Bills are sent …": things in the plural open the sentence, nobody is called so."""
    opens = re.match(rf"\W*{re.escape(name)}\s+(?:are|were|have|must|do|can|should|will|may|cannot|need)\b", text)
    return bool(opens) and name.endswith("s") and " " not in name and lemma(name.lower()) == name[:-1].lower()


def _label_off(text: str) -> str:
    """ "Notice Period: 30 days": the label is the writer's own."""
    m = re.match(r"([A-Z][\w /&-]{2,40}):\s", text)
    return (
        text[m.end() :]
        if m
        and len(m[1].split()) <= 5
        and all(ordinary(w.lower()) or w.lower() in STOP for w in re.findall(r"\w+", m[1]))
        else text
    )
