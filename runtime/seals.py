"""Files of shares: what each party keeps of a sealed result until it releases it.

Lives here: `Seal`, one party's file of one result, writing and reading it, and `unseal`, which needs the files of two
parties at least. Each share is held by two parties: where both hand in their files, the copies are compared. A file
names nobody's data and says nothing alone; whoever has those of two parties has the result. Not here: what a part is
(sealed.py), the command (secfuse/cli_unseal.py).
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from functools import reduce
from hashlib import sha256
from pathlib import Path

import msgspec
import numpy as np

from secfuse.compiler.circuit.graph import Attr, Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.precision import error_bounds
from secfuse.compiler.circuit.released import Released
from secfuse.compiler.circuit.typed import columns_of, number, texts
from secfuse.compiler.circuit.types import NOTHING, Elem

from .errors import RunError
from .plan import plan_digest
from .planes import words_for
from .sealed import COMBINE, PLANES, PUBLIC, RING, Part, Sealed, handed_out

FORM = "secfuse seal 1"
MOST_BYTES = 1 << 30


class Piece(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One party's shares of a part: of share p `first`, of share p + 1 `second`; of what is public `first` alone."""

    what: str
    form: str
    signed: bool
    count: int
    shape: tuple[int, ...]
    first: bytes
    second: bytes


class Seal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file holds. plan: digest of what was run; session: of which run; errors: proven, of the columns;
    check: of all the rest, against damage.
    """

    form: str
    program: str
    plan: str
    session: str
    output: str
    recipients: tuple[str, ...]
    policy: str
    guards: tuple[str, ...]
    reason: str
    columns: tuple[str, ...]
    keys: int
    single: bool
    elems: tuple[Elem, ...]
    errors: tuple[float | None, ...]
    parties: tuple[str, ...]
    party: str
    pieces: tuple[Piece, ...]
    check: str = ""

    @property
    def file_name(self) -> str:
        """Of one result and one party."""
        return f"{self.program}.{self.output}.{self.party}.seal"


def seals_of(circuit: Circuit, sealed: Sealed, ranks: Sequence[int], session: str) -> tuple[Seal, ...]:
    """One file for each party played here; ranks: theirs, in the order of the party axis."""
    node, proven = sealed.node, error_bounds(circuit)
    errors = tuple(proven[i] if math.isfinite(proven[i]) else None for i in columns_of(node))

    def text(name: str) -> str:
        return str(node.attr(name))

    return tuple(
        with_check(
            Seal(
                FORM, circuit.name, plan_digest(circuit), session, text("name"), texts(node, "recipients"),
                text("policy"), texts(node, "guards"), text("reason"), texts(node, "columns"), number(node, "keys"),
                sealed.single, sealed.elems, errors, circuit.compute, circuit.compute[rank],
                tuple(_piece(part, row) for part in sealed.parts),
            )
        )
        for row, rank in enumerate(ranks)
    )  # fmt: skip


def _piece(part: Part, row: int) -> Piece:
    if part.form == PUBLIC:
        public = part.words.astype(np.int64)
        return Piece(part.what, part.form, part.signed, part.count, public.shape, public.tobytes(), b"")
    first, second = part.words[row]
    return Piece(
        part.what, part.form, part.signed, part.count, first.shape, first.astype("<u8").tobytes(),
        second.astype("<u8").tobytes(),
    )  # fmt: skip


def with_check(seal: Seal) -> Seal:
    """The same, and a check of all that it says."""
    return msgspec.structs.replace(seal, check=_check(seal))


def _check(seal: Seal) -> str:
    return sha256(msgspec.json.encode(msgspec.structs.replace(seal, check=""))).hexdigest()


# ---- files


def write_seal(folder: Path, seal: Seal) -> Path:
    """Beside the target, for its owner's eyes alone, synced, then renamed: nobody ever meets half of one."""
    target = folder / seal.file_name
    unfinished = folder / f".{seal.file_name}.{os.getpid()}.tmp"
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.encode(seal))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def read_seal(path: Path) -> Seal:
    """Raises RunError SEL-701 for anything but a whole file of this form."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _unreadable(path, "it is larger than any result")
        seal = msgspec.json.decode(path.read_bytes(), type=Seal)
    except OSError as error:
        raise _unreadable(path, error.strerror or "it cannot be opened") from None
    except (msgspec.DecodeError, AssertionError):  # AssertionError: an element that there is not
        raise _unreadable(path, "it is no file of shares") from None
    if seal.form != FORM or seal.check != _check(seal):
        raise _unreadable(path, "it was changed since it was written")
    if not _is_sound(seal):
        raise _unreadable(path, "its parts do not fit together")
    return seal


def _unreadable(path: Path, why: str) -> RunError:
    return RunError("SEL-701", f"{path}: {why}")


def _is_sound(seal: Seal) -> bool:
    """True if what it says of itself agrees; whoever made it may have computed its check, too."""
    named = (
        seal.party in seal.parties
        and len(seal.columns) == len(seal.elems) == len(seal.errors)
        and 0 <= seal.keys <= len(seal.elems)
    )
    guards_and_columns = 2 + len(seal.elems)
    complete = len(seal.pieces) in (guards_and_columns, guards_and_columns + 1)
    plain = re.fullmatch(r"\w+", seal.party) is not None
    counts = {piece.count for piece in seal.pieces[:guards_and_columns]}
    return named and complete and plain and len(counts) == 1 and all(map(_piece_is_sound, seal.pieces))


def _piece_is_sound(piece: Piece) -> bool:
    sizes = {PUBLIC: (piece.count,), RING: (piece.count,), PLANES: (*piece.shape[:1], words_for(max(piece.count, 0)))}
    if piece.count < 0 or piece.shape != sizes.get(piece.form):
        return False
    if piece.form == PLANES and not 1 <= piece.shape[0] <= 64:
        return False
    size_bytes = 8 * math.prod(piece.shape)
    return len(piece.first) == size_bytes and len(piece.second) == (0 if piece.form == PUBLIC else size_bytes)


# ---- all together


def unseal(seals: Sequence[Seal]) -> Released:
    """The result, as its recipients would have been handed it. Raises RunError."""
    _belong_together(seals)
    first = seals[0]
    values = [_value(seals, place) for place in range(len(first.pieces))]
    attrs: tuple[tuple[str, Attr], ...] = (
        ("columns", first.columns), ("guards", first.guards), ("keys", first.keys), ("name", first.output),
        ("policy", first.policy), ("reason", first.reason), ("recipients", first.recipients),
    )  # fmt: skip
    node = Node(Op.DISCLOSE, (), NOTHING, attrs)
    return handed_out(node, first.elems, first.single, values)


def _belong_together(seals: Sequence[Seal]) -> None:
    """The same result of the same run, of two parties or more, each once."""
    parties = [seal.party for seal in seals]
    if len(set(parties)) < len(parties):
        raise RunError("SEL-702", f"two files are of the same party, {max(parties, key=parties.count)}")
    if len(parties) < 2:
        missing = ", ".join(party for party in (seals[0].parties if seals else ()) if party not in parties)
        raise RunError("SEL-703", f"one party's shares say nothing; still needed: one of {missing or 'two files'}")
    for seal in seals[1:]:
        for what in ("program", "output", "session", "plan"):
            if getattr(seal, what) != getattr(seals[0], what):
                raise RunError("SEL-702", f"the files of {seals[0].party} and {seal.party} differ in their {what}")
        if _public(seal) != _public(seals[0]):
            raise RunError("SEL-704", f"the files of {seals[0].party} and {seal.party} describe the result differently")


def _public(seal: Seal) -> Seal:
    """All of it but one party's shares."""
    pieces = tuple(
        piece if piece.form == PUBLIC else msgspec.structs.replace(piece, first=b"", second=b"")
        for piece in seal.pieces
    )
    return msgspec.structs.replace(seal, party="", check="", pieces=pieces)


def _value(seals: Sequence[Seal], place: int) -> np.ndarray:
    """One part: its three shares, each compared with the other copy where there is one."""
    sample = seals[0].pieces[place]
    part = Part(sample.what, sample.form, sample.signed, sample.count, np.empty(0))
    if sample.form == PUBLIC:
        return np.frombuffer(sample.first, np.int64)
    parties, shares = seals[0].parties, dict[int, tuple[str, bytes]]()
    for seal in seals:
        rank = parties.index(seal.party)
        for share, words in ((rank, seal.pieces[place].first), ((rank + 1) % len(parties), seal.pieces[place].second)):
            holder, other = shares.setdefault(share, (seal.party, words))
            if other != words:
                raise RunError("SEL-704", f"{holder} and {seal.party} hold different copies of a share ({sample.what})")
    combine = COMBINE[sample.form]
    numbers = [np.frombuffer(w, "<u8").reshape(sample.shape).astype(np.uint64) for _, w in shares.values()]
    return part.read(reduce(combine, numbers))
