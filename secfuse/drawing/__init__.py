"""Drawings of a program: what flows where, who sees it in the clear, where parties talk and how much.

Lives here: picture.py (what is drawn), layout.py (where), svg.py, graphs.py (as what). Not here: costs and plans.
"""
