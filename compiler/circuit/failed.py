"""What ends a run that the program itself forbids to go on.

Lives here: `CheckFailed`. Not here: the gates that raise it.
"""

from __future__ import annotations


class CheckFailed(Exception):
    """A public condition of the program does not hold; the text is the program's own, or says what lies outside."""
