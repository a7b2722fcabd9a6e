"""Bristol files to circuits of bits: Bristol Fashion, and the older Bristol format.

Lives here: `read_bristol`. Blank lines, blanks at line ends and CRLF do no harm; everything else is exact. Numbers of a
whole file are read at once; only where something is wrong is it gone through line by line, to say where.

    Fashion   gates wires / how many input values, their widths / how many output values, their widths / gates
    older     gates wires / widths of two input values and of the output / gates
    a gate    how many wires go in and out, these wires, XOR AND OR INV EQ EQW MAND

EQ gives the bit that is written in place of a wire, EQW copies. `2k k a… b… o… MAND` are k ANDs: o_i = a_i and b_i.
"""

from __future__ import annotations

import re
from typing import NoReturn

import numpy as np

from secfuse.compiler.circuit.bits import BitCircuit, Gate
from secfuse.compiler.errors import Problems
from secfuse.compiler.source import Source

_NAMES = {
    "XOR": Gate.XOR,
    "AND": Gate.AND,
    "OR": Gate.OR,
    "INV": Gate.INV,
    "NOT": Gate.INV,
    "EQ": Gate.CONST,
    "EQW": Gate.COPY,
}
_MAND = len(Gate)
_NAME = re.compile(r"\b(?:XOR|MAND|AND|OR|INV|NOT|EQW|EQ)\b")
_GATE = re.compile(r"\d{1,9}( \d{1,9})+ (?:XOR|MAND|AND|OR|INV|NOT|EQW|EQ)")
_CODES = {**{name: -1 - int(gate) for name, gate in _NAMES.items()}, "MAND": -1 - _MAND}
MOST_WIRES = 1 << 28
MOST_VALUES = 1 << 16


def read_bristol(text: str, file: str = "<text>") -> BitCircuit:
    """Raises CompileErrors: SEC650 for the header, SEC651 for a gate's form, SEC652 for its wires."""
    source = Source(text, file)
    lines = [(start, line) for start, line in zip(source.starts, text.split("\n"), strict=True) if line.strip()]
    gates, wires, inputs, outputs, first = _header(source, lines)
    body = lines[first:]
    if len(body) != gates:
        _refuse(source, "SEC650", lines[0], f"{len(body)} lines of gates", f"{gates} of them, as the first line says")
    tokens = _tokens(body)
    if tokens is None:
        _say_where_a_form_is_wrong(source, body)
    kinds, a, b, written = _columns(source, body, tokens)
    return _numbered(source, (body, tokens), (wires, inputs, outputs), kinds, (a, b, written))


Line = tuple[int, str]


def _refuse(source: Source, code: str, line: Line, found: str, expected: str) -> NoReturn:
    start, words = line
    problems = Problems(source)
    problems.report(code, source.span(start, start + len(words.rstrip())), found, expected)
    problems.raise_if_any()
    raise AssertionError("something was reported")


def _numbers(line: Line) -> list[int] | None:
    words = line[1].split()
    return [int(w) for w in words] if all(w.isascii() and w.isdigit() and len(w) < 10 for w in words) else None


def _header(source: Source, lines: list[Line]) -> tuple[int, int, tuple[int, ...], tuple[int, ...], int]:
    """Gates, wires, widths of inputs and outputs, and which line is the first gate."""
    if len(lines) < 2:
        _refuse(source, "SEC650", lines[0] if lines else (0, ""), f"{len(lines)} lines", "a header of two or three")
    sizes, second = _numbers(lines[0]), _numbers(lines[1])
    if sizes is None or len(sizes) != 2 or not sizes[0] <= sizes[1] <= MOST_WIRES:
        _refuse(source, "SEC650", lines[0], f"`{lines[0][1].strip()[:40]}`", "the numbers of gates and of wires")
    third = _numbers(lines[2]) if len(lines) > 2 else None
    expected = "how many input values, and the width of each; or the widths of two inputs and an output"
    if second is None or not second:
        _refuse(source, "SEC650", lines[1], f"`{lines[1][1].strip()[:40]}`", expected)
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    if third is None:
        if len(second) != 3:
            _refuse(source, "SEC650", lines[1], f"{len(second)} numbers", expected)
        inputs, outputs, first = tuple(w for w in second[:2] if w), (second[2],), 2
    else:
        inputs, outputs, first = _widths(source, lines[1], second), _widths(source, lines[2], third), 3
    if sum(inputs) + sum(outputs) > 2 * sizes[1] or sum(inputs) > sizes[1] or sum(outputs) > sizes[1]:
        _refuse(source, "SEC650", lines[1], f"{sum(inputs)} bits in, {sum(outputs)} out", f"at most {sizes[1]} wires")
    return sizes[0], sizes[1], inputs, outputs, first


def _widths(source: Source, line: Line, numbers: list[int]) -> tuple[int, ...]:
    if not numbers or len(numbers) != numbers[0] + 1 or numbers[0] > MOST_VALUES:
        _refuse(source, "SEC650", line, f"{max(len(numbers) - 1, 0)} widths", "so many as the line's first number says")
    return tuple(numbers[1:])


def _tokens(body: list[Line]) -> np.ndarray | None:
    """All numbers of all gates, each gate's kind behind its numbers as a negative one; None if a line is no gate."""
    lines = [" ".join(line.split()) for _, line in body]
    if not all(map(_GATE.fullmatch, lines)):
        return None
    joined = _NAME.sub(lambda found: str(_CODES[found.group()]), "\n".join(lines))
    return np.array(joined.split(), dtype=np.int64)


def _say_where_a_form_is_wrong(source: Source, body: list[Line]) -> NoReturn:
    for line in body:
        if not _GATE.fullmatch(" ".join(line[1].split())):
            _refuse(
                source, "SEC651", line, f"`{line[1].strip()[:60]}`", "numbers, then one of XOR AND OR INV EQ EQW MAND"
            )
    raise AssertionError("some line is no gate")


def _columns(
    source: Source, body: list[Line], tokens: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Kind, wires in and wire out of every gate, a MAND as several ANDs."""
    ends = np.flatnonzero(tokens < 0)
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    into, out = (tokens[starts + i] for i in (0, 1)) if len(ends) else (ends, ends)
    kinds = -1 - tokens[ends]
    pairs = np.isin(kinds, (Gate.XOR, Gate.AND, Gate.OR, _MAND))
    formed = np.where(pairs, into == 2 * out, (into == 1) & (out == 1)) & ((kinds == _MAND) | (out == 1)) & (out > 0)
    formed &= ends - starts == 2 + into + out
    if not formed.all():
        wrong = body[int(np.argmin(formed))]
        _refuse(source, "SEC651", wrong, f"`{wrong[1].strip()[:60]}`", "as many wires as its kind has, and says it has")
    which = np.repeat(np.arange(len(kinds)), out)
    place = np.arange(len(which)) - np.repeat(np.cumsum(out) - out, out)
    first = starts[which] + 2 + place
    second = np.where(pairs[which], first + out[which], first)
    written = tokens[starts[which] + 2 + into[which] + place]
    kind = np.where(kinds == _MAND, Gate.AND, kinds)[which]
    return kind.astype(np.uint8), tokens[first], tokens[second], written


def _numbered(
    source: Source,
    text: tuple[list[Line], np.ndarray],
    sizes: tuple[int, tuple[int, ...], tuple[int, ...]],
    kinds: np.ndarray,
    wires_of: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> BitCircuit:
    """Gates write the wires behind the inputs, in order; every wire is written once, and before it is read."""
    (wires, inputs, outputs), (a, b, written) = sizes, wires_of
    given = sum(inputs)
    constant = kinds == Gate.CONST
    number = np.full(wires, -1, np.int64)
    number[:given] = np.arange(given)
    own = np.arange(given, given + len(kinds))
    inside = (written < wires) & (written >= given) & (constant | ((a < wires) & (b < wires)))
    inside &= ~constant | (a <= 1)
    if inside.all():
        number[written] = own
        inside = number[written] == own  # of two that write a wire, the first is found wrong
    if inside.all():
        read = [np.where(constant, -1, number[np.where(constant, 0, x)]) for x in (a, b)]
        inside = (read[0] < own) & (read[1] < own) & (constant | ((read[0] >= 0) & (read[1] >= 0)))
    results = number[wires - sum(outputs) :]
    if not inside.all():
        line = text[0][_line_of(text[1], int(np.argmin(inside)))]
        expected = "wires that exist, each written once and before it is read"
        _refuse(source, "SEC652", line, f"`{line[1].strip()[:60]}`", expected)
    if (results < 0).any():
        line = text[0][-1] if text[0] else (0, "")
        missing = wires - sum(outputs) + int(np.argmax(results < 0))
        _refuse(source, "SEC652", line, f"nothing writes wire {missing}", "a gate for every wire of the output")
    a, b = (np.where(constant, a, x).astype(np.uint32) for x in read)
    return BitCircuit(inputs, outputs, kinds, a, b, results.astype(np.uint32))


def _line_of(tokens: np.ndarray, gate: int) -> int:
    """The line in which a gate stands: a MAND holds several."""
    ends = np.flatnonzero(tokens < 0)
    starts = np.concatenate([[0], ends[:-1] + 1])
    return int(np.searchsorted(np.cumsum(tokens[starts + 1]), gate, side="right"))
