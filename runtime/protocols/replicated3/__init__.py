"""replicated3: three parties, honest majority, semi-honest, the ring of integers modulo 2^64 and XOR-shared bits.

Model: one party may try to learn from what it sees; all follow the protocol. Nothing is promised against a party that
deviates. Proof: Araki, Furukawa, Lindell, Nof, Ohara (CCS 2016) for addition, multiplication, opening; each further op
argues in its docstring why what a party receives is masked by a key that it lacks. Assumptions: AES is a PRF, the
three keys are independent, links are private and authentic. Known attack on schemes of this family: a product that
is not re-randomised with a zero-sharing lets the receiver solve for the other operand; the view tests watch for it.
"""

from __future__ import annotations

from . import arithmetic, boolean, conversion, matrix
from .seats import Seats
from .shuffle import shuffle


class Replicated3(Seats):
    """The scheme: its ops, each a function in the file of its idea."""

    multiply = arithmetic.multiply
    dot = arithmetic.dot
    matmul = matrix.matmul
    truncate = arithmetic.truncate
    and_ = boolean.and_
    invert = boolean.invert
    bit_to_ring = conversion.bit_to_ring
    select_ring = conversion.select_ring
    carry_pairs = conversion.carry_pairs
    difference_planes = conversion.difference_planes
    shuffle = shuffle
