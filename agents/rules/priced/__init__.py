"""What a text's rates come to for the quantities of a goal: "£18 an hour" and "5 hours in the main room".

`rates` reads the rates of sentences, `counts` the quantities of a goal, `bill` fits them together as an expression. None
of it looks anything up or computes.
"""
