"""From English to SQL over the user's tables. Built with sqlglot's expressions; a user's word is never pasted into SQL.

`schema` is what tables look like, `lexicon` which words mean the same, `cues` what wording asks for, `understand` puts
them together into an `Ask`, `sql` writes it. What a word that looks like a filter fits to nothing is reported, never
ignored.
"""
