"""Short texts as integers: the bytes of UTF-8 from the highest down, zeros behind them.

Lives here: `text_code`, `text_of`. All texts share one scale, whatever their length: equal texts have equal codes,
codes are ordered as texts are, and those that begin alike lie next to each other. Not here: how a table is loaded.
"""

from __future__ import annotations

from .types import MOST_BYTES


def text_code(text: str) -> int | None:
    """The integer of a text; None if it does not fit, or holds the character 0, which is what fills up the rest.

    >>> hex(text_code("ab"))
    '0x61620000000000'
    """
    found = text.encode("utf-8")
    if len(found) > MOST_BYTES or 0 in found:
        return None
    return int.from_bytes(found.ljust(MOST_BYTES, b"\0"), "big")


def text_of(code: int) -> str:
    """The text of an integer.

    >>> text_of(0x61620000000000)
    'ab'
    """
    return code.to_bytes(MOST_BYTES, "big").rstrip(b"\0").decode("utf-8", "replace")
