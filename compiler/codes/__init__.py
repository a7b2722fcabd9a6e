"""The codes of all mistakes a program may hold, a family a file; `CODES` in compiler/errors.py gathers them."""
