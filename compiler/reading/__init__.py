"""From text to the syntax tree.

Lives here: layout (where statements end), parse, build, and what a syntax error says. Not here: what anything means.
"""
