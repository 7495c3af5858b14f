"""What stands in front of a goal and is none of its own: greetings, asides, and what a question goes by."""

from __future__ import annotations

import re

# What introduces an aside says nothing of what is asked or told.
ASIDE = re.compile(
    r"""
    ^(?:(?:oh|ah
            |(?:hi|hello|hey|hiya|good[ ](?:morning|afternoon|evening|day))
            (?:[ ](?:there|again|all|everyone|groundwork))?
            |and|also|right|ok(?:ay)?|so|well|btw|by[ ]the[ ]way|incidentally|while[ ]i(?:'m|[ ]am)[ ]at[ ]it
            |before[ ]i[ ]forget|one[ ]more[ ]thing|another[ ]thing
            |(?:many[ ])?(?:thanks|thank[ ]you|thx|cheers)(?:[ ](?:a[ ]lot|so[ ]much|very[ ]much))?(?=[.!,;:-]))
        [\s,:;.!-]+)+
    (?=\S+[ ]\S+[ ]\S+)
    """,
    re.I | re.X,
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
