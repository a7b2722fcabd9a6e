"""One line of a circuit's text, cut into words.

Lives here: `Words`, a cursor over names, numbers, JSON strings and marks. Not here: what the words mean (read_text.py).
"""

from __future__ import annotations

import json
import re

_WORD = re.compile(r'\s*(?:([A-Za-z_][A-Za-z0-9_]*)|(-?[0-9]+)|("(?:[^"\\]|\\.)*")|(\.\.|[][(){}%=:;,*+]))', re.ASCII)
_NAME, _NUMBER, _STRING, _MARK = 1, 2, 3, 4
_LONGEST_NUMBER = 40


class Words:
    """A cursor over the words of a line. What does not fit is a ValueError that names the line."""

    def __init__(self, line_number: int, line: str) -> None:
        self._line_number = line_number
        self._words: list[tuple[int, str]] = []
        self._next = 0
        position, length = 0, len(line.rstrip())
        while position < length:
            found = _WORD.match(line, position)
            if found is None or found.lastindex is None:
                raise self.wrong(f"cannot read {line[position : position + 20].strip()!r}")
            self._words.append((found.lastindex, found.group(found.lastindex)))
            position = found.end()

    def wrong(self, what: str) -> ValueError:
        """An error to raise."""
        return ValueError(f"line {self._line_number}: {what}")

    def at_name(self) -> bool:
        """True if a name comes next, bare or as a string."""
        return self._kind() in (_NAME, _STRING)

    def at_number(self) -> bool:
        """True if a number comes next."""
        return self._kind() == _NUMBER

    def at_string(self) -> bool:
        """True if a JSON string comes next."""
        return self._kind() == _STRING

    def take(self, text: str) -> bool:
        """Step over that word or mark if it comes next."""
        here = self._kind() in (_NAME, _MARK) and self._words[self._next][1] == text
        self._next += here
        return here

    def expect(self, *texts: str) -> None:
        """Step over those words or marks, which must come next."""
        for text in texts:
            if not self.take(text):
                raise self.wrong(f"{text} is missing before {self._rest()}")

    def word(self) -> str:
        """A bare word."""
        return self._step(_NAME, "a word")

    def name(self) -> str:
        """A name, bare or as a string."""
        return self.string() if self.at_string() else self._step(_NAME, "a name")

    def number(self) -> int:
        """An integer."""
        digits = self._step(_NUMBER, "a number")
        if len(digits) > _LONGEST_NUMBER:
            raise self.wrong("a number is too long")
        return int(digits)

    def string(self) -> str:
        """A JSON string."""
        quoted = self._step(_STRING, "a string")
        try:
            return str(json.loads(quoted))
        except json.JSONDecodeError:
            raise self.wrong(f"{quoted} is not a JSON string") from None

    def end(self) -> None:
        """Nothing may be left."""
        if self._next < len(self._words):
            raise self.wrong(f"nothing may follow here, found {self._rest()}")

    def _kind(self) -> int:
        return self._words[self._next][0] if self._next < len(self._words) else 0

    def _step(self, kind: int, what: str) -> str:
        if self._kind() != kind:
            raise self.wrong(f"{what} is missing before {self._rest()}")
        self._next += 1
        return self._words[self._next - 1][1]

    def _rest(self) -> str:
        return self._words[self._next][1] if self._next < len(self._words) else "the end of the line"
