"""What a contract signs: the function that a program computes, as bytes and as a digest of them.

Lives here: `Function`, `write_function`, `read_function`, `func_digest`. A function is what is computed and disclosed,
for which purpose, under which policies, from which columns, by whom. Not in it: spans, comments and names of values,
how many rows a run brings, paths, modules (what they compute is in the circuit), tests, protocol, passes.

Decision 0013 says why the circuit is the one before the passes, and what changes a digest.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import sha256
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from .circuit.canonical import canonical
from .circuit.cbor import Malformed, Plain, decode, encode
from .circuit.decoding import Record, circuit_of, text
from .circuit.encoding import circuit_data, record
from .circuit.graph import Circuit
from .circuit.verify import verify
from .lowering.lower import lower
from .policy import Policy
from .program import Program

FORM = "secfuse function 1"
"""The first field of all: bytes of another form are not read, and never have the digest of this one."""


@dataclass(frozen=True, slots=True)
class Function:
    """A program without its text. Policies by name; the circuit is canonical and before all passes."""

    name: str
    version: str
    purpose_code: str
    purpose: str
    assumptions: tuple[str, ...]
    policies: tuple[Policy, ...]
    circuit: Circuit


def function_of(program: Program) -> Function:
    """The function of a program, whatever passes its circuit has been through."""
    return Function(
        program.name,
        program.version,
        program.purpose_code,
        program.purpose,
        tuple(sorted(program.assumptions)),
        tuple(sorted(program.policies, key=lambda policy: policy.name)),
        canonical(lower(program.checked)),
    )


def func_digest(program: Program) -> str:
    """SHA-256 of what `write_function` writes, in hex."""
    return sha256(write_function(function_of(program))).hexdigest()


def write_function(function: Function) -> bytes:
    """The function in deterministic CBOR: one function, one sequence of bytes."""
    return encode(
        {
            "form": FORM,
            "name": function.name,
            "version": function.version,
            "purpose_code": function.purpose_code,
            "purpose": function.purpose,
            "assumptions": list(function.assumptions),
            "policies": [record(policy) for policy in function.policies],
            "circuit": circuit_data(function.circuit),
        }
    )


def read_function(data: bytes) -> Function:
    """The function that `write_function` wrote, verified. Raises Malformed for everything else; runs nothing."""
    written = Record(decode(data), "function", ("form", *(field.name for field in fields(Function))))
    if written.text("form") != FORM:
        raise Malformed("form", "function.form", "another form, or another version of it")
    function = Function(
        written.text("name"),
        written.text("version"),
        written.text("purpose_code"),
        written.text("purpose"),
        written.list("assumptions", text),
        written.list("policies", _policy),
        circuit_of(written.of("circuit")),
    )
    if write_function(function) != data:
        raise Malformed("form", "function", "written in another order, or with fields that could be left out")
    try:
        verify(function.circuit)
    except AssertionError as breach:
        raise Malformed("circuit", "circuit", str(breach)) from None
    if canonical(function.circuit) != function.circuit:
        raise Malformed("circuit", "circuit", "listed in another order than that in which it is needed")
    return function


def _policy(data: Plain, path: str) -> Policy:
    hints = get_type_hints(Policy)
    written = Record(data, path, tuple(hints))
    values: dict[str, Any] = {"name": written.text("name")}
    for name, value in written.data.items():
        values[name] = _frozen(value)
        if not _is(values[name], hints[name]):
            raise Malformed("form", f"{path}.{name}", "another kind of value")
    return Policy(**values)


def _frozen(value: Plain) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _is(value: Any, hint: Any) -> bool:
    """Whether a value is of a field's type: numbers, texts, truth values, and tuples of them, or one of several."""
    parts = get_args(hint)
    if get_origin(hint) in (UnionType, Union):
        return any(_is(value, part) for part in parts)
    if get_origin(hint) is not tuple:
        return type(value) is hint
    if not isinstance(value, tuple):
        return False
    wanted = parts[:1] * len(value) if parts[-1] is Ellipsis else parts
    return len(value) == len(wanted) and all(map(_is, value, wanted))
