"""The one form of a program's text: pure text in, text out.

Lives here: reading words with their comments, blanks, indents, columns, and where a long line is broken. Not here:
files (secfuse/cli_fmt.py). It knows brackets, signs and a few words, and asks the syntax tree (known.py) where a word
is a verb and where a brace is a record.
"""
