"""Plain data as bytes, in one way only: the deterministic encoding of CBOR (RFC 8949, section 4.2.1).

Lives here: `encode` and the strict `decode`. Data are whole numbers of any size, truth values, texts, bytes, lists, and
maps from texts. Not here: what the data mean (encoding.py, decoding.py).

Whatever `decode` accepts, `encode` gives back byte for byte: lengths and numbers in their shortest form, keys in the
order of their bytes, each once, nothing behind the end. There are no floats, no null, no tags but those of big numbers.
The bytes may come from anybody, so their depth and size are bounded, and nothing is set aside on the word of a length.
"""

from __future__ import annotations

from typing import TypeAlias

Plain: TypeAlias = "int | bool | str | bytes | list[Plain] | dict[str, Plain]"

MOST_BYTES = 1 << 28
MOST_DEPTH = 16
MOST_NUMBER_BYTES = 128
"""Of a whole number: ranges of values are far below."""

RULES = {
    "cut-short": "the bytes end too early",
    "trailing": "something stands behind the end",
    "not-shortest": "a number or a length is not written in its shortest form",
    "not-allowed": "a form of CBOR that does not occur here",
    "key": "keys are texts in ascending order, each once",
    "text": "a text is not UTF-8",
    "too-deep": f"data are nested more than {MOST_DEPTH} deep",
    "too-large": f"a number has more than {MOST_NUMBER_BYTES} bytes, or the whole more than {MOST_BYTES}",
    "form": "the data are not those of a program",
    "circuit": "the data are no well-formed circuit",
}
"""What can be wrong with bytes that should be a circuit, by code."""

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _LIST, _MAP, _TAG, _SIMPLE = range(8)
_FALSE, _TRUE = 0xF4, 0xF5
_POSITIVE_BIG, _NEGATIVE_BIG = 0xC2, 0xC3
_HEADS = ((24, 1), (25, 2), (26, 4), (27, 8))


class Malformed(ValueError):
    """The bytes are not what they should be. `code` is a key of RULES; `place` a byte, or a path into the data."""

    def __init__(self, code: str, place: str, found: str = "") -> None:
        super().__init__(f"{place}: {RULES[code]}{f' ({found})' if found else ''}")
        self.code = code
        self.place = place


def encode(value: Plain) -> bytes:
    """The one encoding of the data."""
    out = bytearray()
    _encode(value, out)
    return bytes(out)


def _encode(value: Plain, out: bytearray) -> None:
    match value:
        case bool():
            out.append(_TRUE if value else _FALSE)
        case int():
            _encode_number(value, out)
        case str():
            text = value.encode("utf-8")
            out += _head(_TEXT, len(text)) + text
        case bytes():
            out += _head(_BYTES, len(value)) + value
        case list():
            out += _head(_LIST, len(value))
            for item in value:
                _encode(item, out)
        case dict():
            out += _head(_MAP, len(value))
            for key, (_, item) in sorted((encode(name), (name, item)) for name, item in value.items()):
                out += key
                _encode(item, out)


def _encode_number(value: int, out: bytearray) -> None:
    """n >= 0 as n, n < 0 as -1 - n; beyond 64 bits as a tagged string of bytes."""
    major, size = (_UNSIGNED, value) if value >= 0 else (_NEGATIVE, -1 - value)
    if size < 1 << 64:
        out += _head(major, size)
        return
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    out.append(_POSITIVE_BIG if value >= 0 else _NEGATIVE_BIG)
    out += _head(_BYTES, len(digits)) + digits


def _head(major: int, size: int) -> bytes:
    if size < 24:
        return bytes((major << 5 | size,))
    for code, length in _HEADS:
        if size < 1 << 8 * length:
            return bytes((major << 5 | code,)) + size.to_bytes(length, "big")
    raise AssertionError("a length is below 2**64")


def decode(data: bytes) -> Plain:
    """The data. Raises Malformed for everything that `encode` does not write."""
    if len(data) > MOST_BYTES:
        raise Malformed("too-large", "byte 0")
    reader = _Reader(data)
    value = reader.value(0)
    if reader.at != len(data):
        raise Malformed("trailing", f"byte {reader.at}")
    return value


class _Reader:
    """Reads on from `at`. What it has read is never longer than the bytes behind it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def value(self, depth: int) -> Plain:
        """The next item with all that is in it."""
        start = self.at
        if depth > MOST_DEPTH:
            raise self.wrong("too-deep", start)
        first = self.take(1)[0]
        if first in (_FALSE, _TRUE):
            return first == _TRUE
        if first in (_POSITIVE_BIG, _NEGATIVE_BIG):
            return self.big(first, start)
        major = first >> 5
        if major in (_TAG, _SIMPLE):
            raise self.wrong("not-allowed", start)
        size = self.size(first & 31, start)
        match major:
            case 0:
                return size
            case 1:
                return -1 - size
            case 2:
                return self.take(size)
            case 3:
                return self.text(size)
            case 4:
                self.room(size)
                return [self.value(depth + 1) for _ in range(size)]
            case _:
                self.room(2 * size)
                return self.map(size, depth)

    def size(self, code: int, start: int) -> int:
        """The number in a head, in its shortest form."""
        if code < 24:
            return code
        length = dict(_HEADS).get(code)
        if length is None:
            raise self.wrong("not-allowed", start)
        size = int.from_bytes(self.take(length), "big")
        if size < 24 or length > 1 and size < 1 << 4 * length:
            raise self.wrong("not-shortest", start)
        return size

    def big(self, first: int, start: int) -> int:
        """A whole number of more than 64 bits."""
        head = self.take(1)[0]
        if head >> 5 != _BYTES:
            raise self.wrong("not-allowed", start)
        length = self.size(head & 31, start)
        if length > MOST_NUMBER_BYTES:
            raise self.wrong("too-large", start)
        digits = self.take(length)
        if length <= 8 or not digits[0]:
            raise self.wrong("not-shortest", start)
        size = int.from_bytes(digits, "big")
        return size if first == _POSITIVE_BIG else -1 - size

    def text(self, size: int) -> str:
        """A text of so many bytes."""
        start = self.at
        try:
            return self.take(size).decode("utf-8")
        except UnicodeDecodeError:
            raise self.wrong("text", start) from None

    def map(self, size: int, depth: int) -> dict[str, Plain]:
        """So many pairs, keys ascending."""
        found: dict[str, Plain] = {}
        last = b""
        for _ in range(size):
            start = self.at
            key = self.value(depth + 1)
            written = self.data[start : self.at]
            if not isinstance(key, str) or written <= last:
                raise self.wrong("key", start)
            last = written
            found[key] = self.value(depth + 1)
        return found

    def take(self, length: int) -> bytes:
        """The next bytes."""
        self.room(length)
        self.at += length
        return self.data[self.at - length : self.at]

    def room(self, length: int) -> None:
        """Nothing can hold more items than there are bytes left."""
        if length > len(self.data) - self.at:
            raise self.wrong("cut-short", self.at)

    def wrong(self, code: str, start: int) -> Malformed:
        """What to raise."""
        return Malformed(code, f"byte {start}")
