"""The text of a circuit reads back to an equal circuit, and what is not such a text is refused by line."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

import pytest

from secfuse.compiler.circuit.graph import Circuit, Node, Span
from secfuse.compiler.circuit.interface import Column, Param, Party, Table
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.text import digest, print_circuit, read_circuit
from secfuse.compiler.circuit.types import (
    BOOL,
    IDENTIFIER,
    NOTHING,
    PUBLIC,
    Bundle,
    Domain,
    Elem,
    Size,
    Type,
    category,
    dates,
    integer,
    known_to,
    money,
)
from tests.compiler.circuit.golden import agrees_with_golden
from tests.compiler.circuit.random_circuits import random_circuit
from tests.compiler.circuit.samples import delays


def test_the_sample_looks_as_it_always_did() -> None:
    assert agrees_with_golden("delays", delays())


def test_random_circuits_read_back() -> None:
    for seed in range(500):
        circuit = random_circuit(seed, steps=seed % 80)
        assert read_circuit(print_circuit(circuit)) == circuit


ODD = Circuit(
    'a name\nwith "breaks"',
    (Party("true", "Ünïcode \u2028 and \ud800"), Party("7 of 9", "")),
    (),
    (
        Table("no columns", "true", 0, ()),
        Table("flights", "7 of 9", 10**18, (Column("optional", integer(-5, -5), True, True, ("joined", "re d")),)),
        Table("odd", "true", 1, (Column("x", BOOL), Column("a b", BOOL)), (("x", "a b"), ("x",))),
    ),
    (Param("of", Elem(Domain.FIXED, -1, 7, 3), 2),),
    (
        Node(Op.CONST, (), Type(Elem(Domain.BOOL, 1, 1), (), PUBLIC), (("value", 1),)),
        Node(Op.CONST, (), Type(category("a b", ("0", "x}", "%")), (), known_to("true", "7 of 9")), (("value", -1),)),
        Node(Op.INPUT, (), Type(replace(category("A", ("a", "b")), lo=1, hi=1), (Size(3, (("t", 2), ("u v", -1))),))),
        Node(Op.INPUT, (), Type(replace(IDENTIFIER, hi=7), (Size(), Size.rows("flights"), Size(-4)))),
        Node(Op.JOIN, (0, 1), Bundle((Type(BOOL, (Size.rows("3x"),)), Type(IDENTIFIER))), (("a", True), ("b", False))),
        Node(Op.CONST, (), Type(money(-5, 7, 2), (), PUBLIC), (("value", 1),)),
        Node(Op.CONST, (), Type(dates(-5, 7), (Size(2),), PUBLIC), (("value", (1, 2)),)),
        Node(Op.CHECK, (4,), NOTHING, (("empty", ()), ("texts", ("", "\\", "\x00", ")")), ("numbers", (-1, 2**70)))),
    ),
    (5,),
)  # fmt: skip


def test_odd_names_and_values_read_back() -> None:
    assert read_circuit(print_circuit(ODD)) == ODD
    assert print_circuit(ODD).isascii()


def test_white_space_comments_and_line_ends_do_not_matter() -> None:
    text = print_circuit(delays())
    assert read_circuit("# a sketch\r\n\r\n" + text.replace("\n", "  \r\n").replace(", ", " ,  ")) == delays()


def test_a_span_leaves_no_trace() -> None:
    circuit = delays()
    placed = replace(circuit, nodes=tuple(replace(n, span=Span(1, 2, 3, 4)) for n in circuit.nodes))
    assert print_circuit(placed) == print_circuit(circuit)
    assert digest(placed) == digest(circuit)


def test_the_digest_is_stable_and_tells_circuits_apart() -> None:
    assert digest(delays()) == digest(read_circuit(print_circuit(delays())))
    assert len({digest(random_circuit(seed)) for seed in range(50)}) == 50
    circuit = delays()
    assert digest(replace(circuit, compute=circuit.compute[::-1])) != digest(circuit)


def spoiled(line: str, replacement: str) -> str:
    """The sample's text with one line replaced, by its beginning."""
    lines = print_circuit(delays()).split("\n")
    (index,) = (i for i, text in enumerate(lines) if text.startswith(line))
    return "\n".join([*lines[:index], replacement, *lines[index + 1 :]])


@pytest.mark.parametrize(
    ("line", "replacement", "message"),
    [
        ("circuit", "circus delays", "line 1: circus cannot stand here"),
        ("circuit", "circuit", "line 1: a name is missing before the end of the line"),
        ("party weather", "circuit again", "line 3: circuit cannot stand here"),
        ("party weather", 'party weather "a" "b"', 'line 3: nothing may follow here, found "b"'),
        ("party weather", r'party weather "\q"', r'line 3: "\\q" is not a JSON string'),
        ("table flights", "column x : bool", "line 6: column cannot stand here"),
        ("table flights", "table flights of airline at most many rows", "line 6: a number is missing before many"),
        ("  column delay", "  column delay : int 5..4", "line 8: the range 5..4 is empty"),
        ("  column delay", "  column delay : int", "line 8: a number is missing before the end of the line"),
        ("  column delay", "  column delay : text 1..2", "line 8: text is no domain"),
        ("  column delay", "  column delay : category c{}", "line 8: category c has no label"),
        ("param", f"param strong_from : int 1..{'9' * 5000} = 4", "line 12: a number is too long"),
        ("%0 ", "%1 = rows [] : bool secret", "line 13: this must be node %0"),
        ("%0 ", "%0 = eval [] : bool secret", "line 13: no operation is called eval"),
        ("%0 ", "%0 = not %0 : bool secret", "line 13: there is no node %0 yet"),
        ("%0 ", "%0 = not : bool hidden", "line 13: hidden is no visibility"),
        ("%0 ", "%0 = not : bool[] secret", "line 13: a name is missing before ]"),
        ("%0 ", "%0 = not [a=1 b=2] : bool secret", "line 13: , is missing before b"),
        ("%0 ", "%0 = not [a=((1))] : bool secret", "line 13: a string is missing before 1"),
        ("%0 ", "%0 = not : bool §", "line 13: cannot read '§'"),
        ("outputs", "outputs %99", "line .*: there is no node %99 yet"),
        ("outputs", "", "line .*: the text ends without circuit, compute or outputs"),
    ],
)
def test_malformed_text_is_refused_by_line(line: str, replacement: str, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("(", r"\(").replace("]", r"\]")):
        read_circuit(spoiled(line, replacement))


def mutations(text: str, count: int) -> Iterable[str]:
    """The text with a few characters dropped, doubled or replaced."""
    rng = random.Random(7)
    for _ in range(count):
        characters = list(text)
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(characters))
            characters[place] = rng.choice(["", characters[place] * 2, *'%=:;,*+()[]{}"\\- x7\n\x00é'])
        yield "".join(characters)


def test_a_mutated_text_is_a_circuit_or_a_value_error_with_its_line() -> None:
    refused = []
    for text in mutations(print_circuit(delays()), 2000):
        try:
            circuit = read_circuit(text)
        except ValueError as error:
            refused.append(str(error))
        else:
            assert read_circuit(print_circuit(circuit)) == circuit
    assert 1000 < len(refused) < 2000
    assert all(message.startswith("line ") for message in refused)
