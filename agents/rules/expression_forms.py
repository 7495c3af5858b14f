"""How arithmetic is worded, as data: what the wording looks like once numbers are @0, @1 …, and how it is written.

{0} {1} are the operands in the order of the groups; P stands before an operand that must be a percentage; what follows
"#" is the unit of the result.
"""

from __future__ import annotations

OPERAND = r"(@\d+|¤|«\d+»)"


_UNIT_WORDS = (
    r"(?:\s(?:people|persons|friends|ways|parts|colleagues|employees|teams?|months?|years?|weeks?"
    r"|days?|of us|partners|equal parts|equal shares|men|women|kids|children|guests|customers|units"
    r"|departments))?"
)


# Each: what the wording looks like once numbers are @0, @1 …; how it is written as an expression. {0} {1} are the
# operands in the order of the groups; P stands before an operand that must be a percentage.
FORMS: tuple[tuple[str, str], ...] = (
    (rf"P{OPERAND} (?:of|from) {OPERAND}", "{0} * {1}"),
    (rf"what (?:percent(?:age)?|share|fraction|proportion) of {OPERAND} (?:is|are|was|would be|does) {OPERAND}(?: make up| represent)?", "{1} / {0} * 100 #%"),
    (rf"(?:of {OPERAND}|{OPERAND}) (?:is|are|as|was|represents?|makes? up) (?:what|which|how many|how much|a) (?:percent(?:age)?|share|fraction|proportion|%) (?:of )?{OPERAND}", "{0} / {1} * 100 #%"),
    (rf"(?:percent(?:age)?|%) (?:is|are) {OPERAND} (?:of|out of) {OPERAND}", "{0} / {1} * 100 #%"),
    (rf"{OPERAND} (?:is|are) (?:what|which|how many) (?:percent(?:age)?|%) of {OPERAND}", "{0} / {1} * 100 #%"),
    (rf"{OPERAND} as (?:a )?(?:percent(?:age)?|%) of {OPERAND}", "{0} / {1} * 100 #%"),
    (rf"(?:the )?(?:percent(?:age)?|%|relative) (?:change|increase|decrease|growth|rise|drop|fall|difference|reduction) (?:from|between) {OPERAND} (?:to|and) {OPERAND}", "({1} - {0}) / {0} * 100 #%"),
    (rf"by (?:how many|what) (?:percent(?:age)?|%) (?:is|are|was) {OPERAND} (?:more|higher|greater|larger|bigger|less|lower|smaller) than {OPERAND}", "({0} - {1}) / {1} * 100 #%"),
    (rf"by (?:how many|what) (?:percent(?:age)?|%) (?:did|does|do|has|have) [\w\s]*?(?:grow|grown|rise|risen|increase|increased|fall|fallen|drop|dropped|change|changed|go up|gone up)[\w\s]*? from {OPERAND} to {OPERAND}", "({1} - {0}) / {0} * 100 #%"),
    (rf"{OPERAND} (?:is|are) P{OPERAND} of (?:what|which)(?: number| amount)?", "{0} / {1}"),
    (rf"P{OPERAND} of (?:what|which)(?: number| amount)? (?:is|are) {OPERAND}", "{1} / {0}"),
    (rf"(?:a |an |the )?P{OPERAND} (?:vat|tax|sales tax|gst|tip|commission|interest|deposit|share|fee|service charge|gratuity|royalty)(?: on| of| for| from)(?: top of)? {OPERAND}", "{0} * {1}"),
    (rf"(?:add|adding)(?: the)? (?:vat|tax|sales tax|gst|a tip|interest|a surcharge)(?: at| of)?(?: a rate of)? P{OPERAND} (?:to|onto|on) {OPERAND}", "{1} * (1 + {0})"),
    (rf"(?:how long )?(?:does |will |would )?{OPERAND} (?:takes?|last)(?: to (?:drive|travel|cover))? at {OPERAND} (?:km/h|mph|kph)", "{0} / {1} #hours"),
    (rf"(?:if )?{OPERAND} (?:had been|is|were|was|be|gets?|got)? ?(?:split|divided|shared|spread|distributed)(?: evenly| equally| fairly)? (?:over|between|among|amongst|into|across|by) (?:the )?{OPERAND}(?: \w+)?,? (?:what|how much) (?:would|does|will|do|did|is)(?: \w+)* ?each(?: \w+)*", "{0} / {1}"),
    (rf"(?:add|adding) P{OPERAND}(?: \w+){{0,2}}? (?:to|onto|on top of) {OPERAND}", "{1} * (1 + {0})"),
    (rf"{OPERAND} (?:plus|with|including|incl\.?|and|increased by|raised by|with an additional|\+)(?: an?)? P{OPERAND}(?: (?:of )?(?:vat|tax|sales tax|gst|tip|interest|markup|surcharge|service|increase|raise|more|added|on top|extra|service charge))*", "{0} * (1 + {1})"),
    (rf"(?:increase|raise|grow|mark up|bump)(?: the (?:price|amount) of)? {OPERAND} by P{OPERAND}", "{0} * (1 + {1})"),
    (rf"{OPERAND} (?:grows|rises|increases|goes up|grown|raised|increased) by P{OPERAND}", "{0} * (1 + {1})"),
    (rf"(?:decrease|reduce|lower|cut|discount|mark down|shrink)(?: the (?:price|amount) of)? {OPERAND} by P{OPERAND}", "{0} * (1 - {1})"),
    (rf"{OPERAND} (?:falls|drops|decreases|goes down|reduced|lowered|cut|decreased|discounted) by P{OPERAND}", "{0} * (1 - {1})"),
    (rf"(?:a |an )?P{OPERAND} (?:off|discount on|discount off|reduction on|reduction of|less than)(?: of)? {OPERAND}", "{1} * (1 - {0})"),
    (rf"(?:subtract|deduct|take|remove|takes?) P{OPERAND}(?: \w+)? (?:off|from|away from) {OPERAND}", "{1} * (1 - {0})"),
    (rf"{OPERAND} (?:minus|less|after|with|-|without)(?: a| an)? P{OPERAND}(?: (?:discount|off|reduction|rebate|deduction|tax))*", "{0} * (1 - {1})"),
    (rf"(?:add|adding) {OPERAND} (?:to|and|onto|with) {OPERAND}", "{0} + {1}"),
    (rf"(?:subtract|deduct|take|remove)(?: away)? {OPERAND} (?:from|off|away from) {OPERAND}", "{1} - {0}"),
    (rf"how much (?:cheaper|less|lower|smaller) than {OPERAND} (?:is |was |would )?{OPERAND}(?: is| was| would be| comes? to)?", "{0} - {1}"),
    (rf"how much (?:dearer|more expensive|more|higher|bigger|larger) than {OPERAND} (?:is |was |would )?{OPERAND}(?: is| was| would be| comes? to)?", "{1} - {0}"),
    (rf"(?:multiply|multiplying) {OPERAND} (?:by|with|and|times) {OPERAND}", "{0} * {1}"),
    (rf"(?:the product of) {OPERAND} (?:and|with) {OPERAND}", "{0} * {1}"),
    (rf"(?:divide|dividing|split|share|splitting|spread|distribute) {OPERAND} (?:equally |evenly |fairly )?(?:by|into|among|amongst|between|over|across) {OPERAND}{_UNIT_WORDS}(?: (?:equally|evenly))?", "{0} / {1}"),
    (rf"{OPERAND} (?:split|divided|shared|spread|distributed) (?:equally |evenly )?(?:by|into|among|amongst|between|over|across)? ?{OPERAND}{_UNIT_WORDS}(?: (?:equally|evenly))?", "{0} / {1}"),
    (rf"(?:how much (?:is|would) |what (?:is|would) )?{OPERAND}(?: (?:be|come to|cost|work out at))? (?:a|per|each|every) (?:day|week|month|quarter|year|person|head)(?:,? (?:if|when) (?:you|we|i|it is|it's|they)(?: (?:spread|split|divide|share|pay)s?(?: it| that| this| ¤)?| spread| split| divided| shared))(?: evenly| equally)? (?:over|across|into|between|among|by) {OPERAND}(?: \w+)?", "{0} / {1}"),
    (rf"{OPERAND} for (?:the |all )?{OPERAND} of (?:us|them|you)", "{0} * {1}"),
    (rf"(?:what |how much )?{OPERAND}(?: [a-z]+)? of (?:{OPERAND})(?: (?:would|will|do|does))?(?: (?:come to|cost|be|make|add up to|amount to))?", "{0} * {1}"),
    (rf"(?:how much (?:is|does) )?{OPERAND}(?: (?:add up to|amount to|come to|cost|total))? (?:over|for|in|across|times|during|after)(?: the (?:whole|full|entire|total)(?: \w+)? of| a (?:whole|full|period of))? {OPERAND} (?:months?|weeks?|years?|days?|hours?|quarters?|people|persons|guests|heads?|units|pieces|employees|items|nights|participants|visitors|seats|users|licen[cs]es|copies)", "{0} * {1}"),
    (rf"{OPERAND} (?:each|apiece|per (?:head|person)) for {OPERAND}(?: [a-z]+)?", "{0} * {1}"),
    (rf"(?:the )?(?:difference|gap) between {OPERAND} and {OPERAND}", "abs({0} - {1})"),
    (rf"how much (?:more|larger|bigger|higher|greater) is {OPERAND} than {OPERAND}", "{0} - {1}"),
    (rf"how much (?:less|smaller|lower) is {OPERAND} than {OPERAND}", "{1} - {0}"),
    (rf"(?:the )?square root of {OPERAND}", "sqrt({0})"),
    (rf"(?:the )?cube root of {OPERAND}", "{0} ** (1 / 3)"),
    (rf"{OPERAND} squared|(?:the )?square of {OPERAND}|square {OPERAND}", "{0} ** 2"),
    (rf"{OPERAND} cubed|(?:the )?cube of {OPERAND}", "{0} ** 3"),
    (rf"{OPERAND} (?:raised )?to the (?:power(?: of)?|exponent) {OPERAND}|{OPERAND} to the {OPERAND} power", "{0} ** {1}"),
    (rf"(?:the )?(?:remainder|modulo|rest) (?:of|when|if)? ?{OPERAND} (?:is )?(?:divided by|over|mod) {OPERAND}", "{0} % {1}"),
    (rf"(?:a |one )?half (?:of )?{OPERAND}|halve {OPERAND}", "{0} / 2"),
    (rf"(?:a |one )(?:third) of {OPERAND}", "{0} / 3"),
    (rf"(?:a |one )(?:quarter|fourth) of {OPERAND}", "{0} / 4"),
    (rf"three[- ]quarters of {OPERAND}", "{0} * 3 / 4"),
    (rf"two[- ]thirds of {OPERAND}", "{0} * 2 / 3"),
    (rf"(?:double|twice|two times) {OPERAND}", "{0} * 2"),
    (rf"(?:triple|treble|thrice|three times) {OPERAND}", "{0} * 3"),
    (rf"{OPERAND} (?:doubled)", "{0} * 2"),
    (rf"{OPERAND}(?: [a-z][\w-]*){{0,3}} (?:at|for|costing|priced at|worth|of) {OPERAND} (?:each|apiece|a piece|per [a-z]+|an? [a-z]+|every [a-z]+)", "{0} * {1}"),
    (rf"{OPERAND} (?:per|a|an|every|each) (?:month|week|day|year|hour|person|head|unit|item|piece|quarter) (?:for|over|times|across) {OPERAND}(?: [a-z]+)?", "{0} * {1}"),
)  # fmt: skip


LISTS = {
    r"(?:the )?(?:average|mean)(?: value)? of": "mean",
    r"(?:the )?(?:sum|total|sum total) of|add(?: up| together)?|sum(?: up)?|total(?: up)?": "sum",
    r"(?:the )?(?:product) of": "product",
    r"(?:the )?(?:largest|maximum|highest|biggest|max) (?:of|among)": "max",
    r"(?:the )?(?:smallest|minimum|lowest|min) (?:of|among)": "min",
    r"(?:the )?median of": "median",
}


INFIX = (
    (r"(?:to the power of|\*\*|\^)", "**"),
    (r"(?:multiplied by|multiplied with|times|\*|×|x)", "*"),
    (r"(?:divided by|over|÷|/)", "/"),
    (r"(?:plus|\+|and add|added to)", "+"),
    (r"(?:minus|less|-|−|–)", "-"),
)
