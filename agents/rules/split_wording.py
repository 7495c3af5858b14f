"""The wording that splits a goal, links its parts, or keeps them together (`split.py`)."""

from __future__ import annotations

import re

WH = r"(?:what|what's|what’s|whats|when|when's|who|who's|whom|whose|where|where's|which|why|how)"
AUX = r"(?:is|are|was|were|do|does|did|can|could|will|would|should|may|must|has|have|had|am|might|isn't|aren't|doesn't|don't|didn't)"
VERBS = (
    "summari[sz]e|sum up|compare|contrast|list|show|tell|give|find|calculate|compute|work out|figure out|convert|add|subtract|multiply|divide|"
    "count|remember|forget|note|keep in mind|search|look up|look for|write|draft|make|create|put together|prepare|draw|plot|chart|graph|explain|describe|"
    "translate|name|identify|extract|save|store|fetch|read|open|check|determine|state|quote|sort|rank|group|break down|condense|outline|recap|report|"
    "increase|decrease|reduce|round|split|delete|remove|turn|express|let me know|say|provide|generate|compile|estimate|order by when|take|highlight|point out|review|analy[sz]e|total|average|sum"
)
START = re.compile(
    rf"^(?:(?:please|then|also|and|now|next|finally|afterwards?|after that|so|first(?:ly)?|second(?:ly)?|third(?:ly)?|lastly|additionally|ok(?:ay)?|thanks?|hi|hello|hey)[\s,]+)*"
    rf"(?:(?:can|could|would|will) you\s+(?:please\s+|also\s+)?(?:{VERBS})\b|(?:i(?:'d| would) like|i want|i need)\b|"
    rf"(?:on|in|at|by|to|from|for|with|under|of|until|since|within|about|up to|above|over|below|beyond|after|before|against|through|between|as of|more than|less than)\s+{WH}\b|{WH}\b|{AUX}\s+\w+|(?:{VERBS})\b)",
    re.I,
)
SEPARATOR = re.compile(
    r"""
    \s*;\s*(?:and\s+|then\s+)*|,?\s+and\s+(?:then\s+|also\s+|finally\s+)*|,?\s+(?:and\s+)?then\s+
    |,\s+(?:also\s+|plus\s+|next\s+|finally\s+)|,?\s+(?:as[ ]well[ ]as|plus)\s+
    |,\s+(?=(?:what|when|who|where|which|why|how)\b)
    |,\s+(?=(?:at|for|by|in|from|up[ ]to|above|within|after|with)[ ](?:how[ ](?:much|many|long)|what)\b)
    |,\s+(?=(?:add|subtract|deduct|multiply|divide|knock[ ]off|take[ ]off|convert|work[ ]out)\b)
    |,?\s+(?:after[ ]that|afterwards)\s+
    """,
    re.I | re.X,
)
NUMBERED = re.compile(r"(?:^|\n|\s)(?:\(?\d{1,2}[.)]|[-*•])\s+(?=\S)")
LINK = re.compile(
    r"\b(?:it|its|that|this|those|these|them|they|their|he|she|his|her|him|the (?:result|answer|total|amount|sum|former|latter|same)|"
    r"(?:later|earlier|afterwards)(?=\W*$)|"
    r"the (?:sale|order|invoice|deal|purchase|payment)(?=\W*$)|the (?:first|second|third|last|other) one|that (?:many|much)|such|thereof|each of them|of which|there|one|the two(?: up)?)\b",
    re.I,
)
# "the fee for the Kestrel and for the Norddruck": the preposition said twice makes it two questions.
EACH = r"(?:the |our |my )?[\w'’-]+(?: [\w'’-]+){0,3}"
FOR_EACH = re.compile(
    rf"(?P<head>(?:{WH}|tell me|give me|find|show me)\b.+?)\s+(?P<prep>for|of|in|at|under|from) (?P<a>{EACH}) and (?P=prep) (?P<b>{EACH})",
    re.I,
)
THANKS = re.compile(
    r"(?<=\w)(?<!\ba)[,\s]+(?:please|pls|plz|thanks|thank you|thx|cheers|ta)(?:[,\s]+(?:please|thanks|thank you))?(?=[\s.!?]*$)",
    re.I,
)
COMPARES = re.compile(
    r"\b(?:differ|compar|contrast|between|versus|vs|chang|more|less|higher|lower|better|both|together|total|sum|average)\w*\b",
    re.I,
)
COUNT_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|a few|a couple(?: of)?|\d{1,2})"
FORMAT = re.compile(
    rf"(?:please[, ]+)?(?:(?:in|as|use|make it|keep it(?: to)?|give me|not more than|no more than|at most|max(?:imum)?|about|around|just|only|limit it to)\s+)*(?:about |at most |no more than |not more than |maximum |max )?"
    rf"(?:{COUNT_WORD}\s+(?:short |brief )?(?:sentences?|bullets?|bullet points?|points|lines|paragraphs?)|(?:bullet points?|bullets|a (?:bulleted )?list|a table|plain text|short|brief|concise))"
    rf"(?:\s+(?:will do|would do|is enough|are enough|is fine|are fine|at most|max(?:imum)?|or (?:less|fewer)|please|is plenty|suffice|is sufficient|only|would be (?:fine|great|enough)))*[.! ]*",
    re.I,
)
# "… were charged the most? Names and amounts please": what is to be shown of the rows, and no goal of its own.
CELLS = r"(?:the(?:ir)? )?(?:names?|amounts?|dates?|totals?|numbers?|figures?|prices?|values?)"
SHOW_CELLS = re.compile(rf"(?<=[.?!])\s+(?:please[, ]+)?(?:(?:give|list|show|tell|name|with|i(?:['’]d| would) like|i need)\s+(?:me\s+|us\s+)?)?{CELLS}(?:\s*(?:,|and|&|plus)\s*{CELLS})*(?:\s+(?:please|too|as well|only))*\s*[.?!]*$", re.I)  # fmt: skip
# "Top 3 clients, with their names and the amounts": what a table of them shows anyway.
SHOWN_WITH = re.compile(rf",?\s+with (?=the){CELLS}(?:\s*(?:,|and|&|plus)\s*{CELLS})*(?=\s*[.?!]*$)", re.I)
AT_RATE = re.compile(
    r"(?:and |so )?(?:what|how much) (?:does|would|will|do|is|are) (?:(?:that|this|it|they|those|these|all of (?:that|them)) "
    r"(?:make|come to|cost|amount to|be|bring in|add up to)(?: (?:in total|in all|altogether))? (?:at|with|by|using) (?P<rate>(?:the|our) [^?]+?)|"
    r"(?P<fees>(?:the|our) [^?]+?) (?:come|amount|add up) to (?:for|on|with) (?:them|these|those|all of them|these rows))[? .]*",
    re.I,
)
BARE_WH = re.compile(
    r"^(?:when|where|why|how|how much|how many|how soon|how quickly|how often|who|by whom|since when|until when|for how long|how long|by when)$",
    re.I,
)
# What introduces an aside says nothing of what is asked or told.
ASIDE = re.compile(
    r"""
    ^(?:(?:oh|ah
            |(?:hi|hello|hey|hiya|good[ ](?:morning|afternoon|evening|day))
            (?:[ ](?:there|again|all|everyone|groundwork))?
            |and|also|right|ok(?:ay)?|so|well|btw|by[ ]the[ ]way|incidentally|while[ ]i(?:'m|[ ]am)[ ]at[ ]it
            |before[ ]i[ ]forget|one[ ]more[ ]thing|another[ ]thing
             |(?:please|pls)(?=,)|(?:many[ ])?(?:thanks|thank[ ]you|thx|cheers)(?:[ ](?:a[ ]lot|so[ ]much|very[ ]much))?(?=[.!,;:-]))
        [\s,:;.!-]+)+
    (?=\S+[ ]\S+[ ]\S+)
    """,
    re.I | re.X,
)
# "How much do I get for that? (It's my first trip this year.)": told beside the question, and no goal of its own.
AFTERTHOUGHT = re.compile(
    r"(?<=\?)\s*\((?:i|it|we|my|our|this|that|he|she|they|the|just|for)\b[^()?]{2,120}\)\W*$", re.I
)
# What somebody has in mind is why they ask, and no fact: "I would like to move two goats. Which trailer may I take?"
WISH = re.compile(rf"(?:i|we)(?:(?:['’]d| would) (?:like|love|prefer)| (?:want|wanted|need|hope|plan|intend|have)|(?:['’]m| am|['’]re| are) (?:hoping|planning|intending|looking|going|about)) to (?!(?:{VERBS}|know|ask|see|get|hear|understand|learn|have|be)\b)\w+", re.I)  # fmt: skip
BARE_S = re.compile(r"\b(what|where|who|when|how)s\b", re.I)  # "wheres the key"
SHARED = re.compile(r"\b(?:in|from|of|under|according to|for|at|by)\s+(?:the|our|my|this|that|its)\s+[^?]*$", re.I)
NOUN_PAIR = re.compile(
    rf"^(?P<head>(?:please\s+)?(?:{WH}\s+(?:is|are|was|were)|what's|tell me|give me|find|show me|list|state|name)\s+)(?P<first>(?:the|our|my|its|their|his|her)\s+.+)$",
    re.I,
)
MODIFIERS = "first|second|third|last|new|old|other|next|previous|north|south|east|west|monthly|annual|yearly|daily|former|latter|highest|lowest|largest|smallest|minimum|maximum|total|average"
IF = re.compile(
    r"if\s+(?:we|i|you|it|they|he|she|the \w+)\b.*,\s*(?:then\s+)?(?:what|when|who|where|which|how|by when)\b", re.I
)
RANKED = re.compile(r"\b(?:\w+est|most|least|top|maximum|minimum)\b", re.I)
HOW_OFTEN = re.compile(r"how (?:often|many(?: times)?|frequently)(?: (?:was|is|were|are|did) (?:it|that|this|they|there|he|she)(?: \w+)?)?", re.I)  # fmt: skip
MOST_OFTEN = re.compile(r"\b(?:most|least|fewest|(?:most|least) (?:often|frequent(?:ly)?|common))\b", re.I)
MORE = re.compile(
    r"\b(?:cheaper|dearer|lighter|heavier|longer|shorter|(?:more|less) expensive|\w+er (?:one|of))\b", re.I
)
WITH_IT = re.compile(
    r"(?:what(?:'s|’s| is) )?the total(?: (?:with|including|after|without|less) (?:it|that|this|the \w+))?[?. ]*$", re.I
)
# "Take the rate from the guide, then the hours from the table": each is fetched.
TAKES = re.compile(r"(?:please\s+)?(?:first\s+)?(?:take|get|find|look up|fetch|use|start with|read off|give me|tell me)\s+(?:the|our|my|its|their)\b", re.I)  # fmt: skip
# "… which are above the limit and should be specified": the same clause goes on, its subject was said.
GOES_ON = re.compile(rf"(?:(?:so|therefore|also|then)\s+)?{AUX}\s+(?:be|been|have|not|no|to|also|still|therefore|already|never)\b", re.I)  # fmt: skip
# "… that start in July and are confirmed": of the same rows, its subject was said.
RELATIVE = re.compile(r"\b(?:that|which|who)\s+[^,?;]*$", re.I)
SAME_SUBJECT = re.compile(r"(?:are|is|was|were|have|has|had)\s+(?!(?:the|an?|our|my|your|their|his|her|its|this|that|these|those|there|it|they|we|you|i|he|she|any|anyone|all|some|no)\b)[a-z]+\b")  # fmt: skip
# "On average, how many nights …": how it is counted, and no goal of its own.
MANNER = re.compile(
    r"(?:so |and )?(?:on average|in total|in all|all in all|altogether|overall|roughly|approximately)", re.I
)
# "Going by the replacement value, which items …": what is asked, or of what, and no goal of its own.
LED_IN = re.compile(
    r"""
    (?:so[ ]|and[ ])?(?:going[ ]by|based[ ]on|according[ ]to|judging[ ]by|as[ ]per|leaving|not[ ]counting|excluding
        |except(?:[ ]for)?|apart[ ]from|aside[ ]from|ignoring|given|considering
        |looking[ ](?:at|just[ ]at|only[ ]at)|using|assuming)
    \b[^,;?]*
    """,
    re.I | re.X,
)
DETERMINER = re.compile(r"^(?:the|our|my|its|their|his|her)\s+\w+", re.I)
