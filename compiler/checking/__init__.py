"""From the syntax tree to the checked tree.

Lives here: names, types, ranges, visibility, requests, policies; every mistake is noted, none stops the rest. Not here:
gates.
"""
