"""What the parties say before the first round: who they are, that they run the same thing, how many rows they bring.

Lives here: `greet`, `settle` and the transcript that both sign. Not here: connections (wire/connect.py), loading tables
(inputs.py), the run itself (engine.py).

    HELLO    nonce, session, protocol, version, plan digest, parameters, certificates as seen, a fresh X25519 key
    SIGNED   signature of all HELLOs with the certificate's key: nobody in the middle ends TLS on both sides
             ... now the owners load and check their tables, with the salt that all nonces make ...
    COUNTS   how many rows each of my tables has; the first thing that is derived from data
    CONFIRM  signature of everything so far. Whoever has them all knows that everybody has seen everybody: the barrier

Keys of each pair are HKDF-SHA256 of its X25519 secret, with the hash of the whole transcript as salt.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from secfuse.compiler.circuit.interface import Table
from secfuse.runtime.errors import Identity, Mismatch, UnexpectedMessage
from secfuse.runtime.plan import VERSION
from secfuse.runtime.wire.frames import Kind
from secfuse.runtime.wire.identity import Credentials, fingerprint, own_certificate, sign, signed_by
from secfuse.runtime.wire.tcp import Tcp

MESSAGE_BYTES = 64 * 1024
ANSWER_S = 5.0
LOADING_S = 600.0
# The holders of share j have key j in common (runtime.md, replicated3).
PAIR_KEY = {(0, 2): 0, (0, 1): 1, (1, 2): 2}
_HEX_32 = re.compile("[0-9a-f]{64}")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Agreement:
    """What everybody must want alike. session: 8 bytes; parties: those that compute, in rank order."""

    session: bytes
    parties: tuple[str, ...]
    protocol: str
    digest: str
    params: Mapping[str, int]
    tables: tuple[Table, ...]
    version: str = VERSION


class Hello(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first message. certificates: fingerprints, by rank, the sender's own among them."""

    rank: int
    parties: tuple[str, ...]
    session: str
    protocol: str
    version: str
    digest: str
    params: dict[str, int]
    nonce: str
    certificates: tuple[str, ...]
    public_key: str


@dataclass(frozen=True, slots=True)
class Greeting:
    """After HELLO and SIGNED. salt: 32 bytes, the same at all parties, new in every session; for identifiers."""

    tcp: Tcp
    credentials: Credentials
    agreement: Agreement
    salt: bytes = field(repr=False)
    transcript: bytes
    secrets_with: dict[int, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """A run may start. pair_keys: stream keys by index of the share; rows: row counts of all tables.

    name: of the session, in hex. seals: the folder for this party's shares of sealed results.
    """

    rank: int
    carrier: Tcp
    pair_keys: dict[int, bytes] = field(repr=False)
    rows: dict[str, int]
    salt: bytes = field(repr=False)
    name: str = ""
    seals: str = "."


def greet(tcp: Tcp, agreement: Agreement, credentials: Credentials, limit_s: float = ANSWER_S) -> Greeting:
    """HELLO and SIGNED. Raises Mismatch saying what differs, Identity, UnexpectedMessage; all peers end, too."""
    key = X25519PrivateKey.generate()
    own = _hello(tcp, agreement, credentials, key)
    said: dict[int, bytes] = {tcp.rank: msgspec.json.encode(own)}
    nonces = {tcp.rank: own.nonce.encode()}
    shared: dict[int, bytes] = {}

    def heed(rank: int, data: bytes) -> None:
        hello = _checked(tcp, rank, data, own)
        said[rank], nonces[rank] = data, hello.nonce.encode()
        shared[rank] = _shared(tcp.parties[rank], key, hello.public_key)

    tcp.talk(Kind.HELLO, said[tcp.rank], MESSAGE_BYTES, limit_s, heed)
    transcript = _hash(b"secfuse hello", *(said[rank] for rank in sorted(said)))
    _signatures(tcp, credentials, Kind.SIGNED, transcript, limit_s)
    salt = _hash(b"secfuse salt", *(nonces[rank] for rank in sorted(nonces)))
    return Greeting(tcp, credentials, agreement, salt, transcript, shared)


def settle(
    greeting: Greeting, rows: Mapping[str, int], limit_s: float = LOADING_S, answer_s: float = ANSWER_S
) -> Session:
    """COUNTS and CONFIRM. rows: of own tables. limit_s: how long the others may take to load theirs."""
    tcp = greeting.tcp
    assert rows.keys() == {t.name for t in greeting.agreement.tables if t.owner == tcp.parties[tcp.rank]}
    said = {tcp.rank: msgspec.json.encode(dict(sorted(rows.items())))}
    counts = dict(rows)

    def heed(rank: int, data: bytes) -> None:
        theirs = _decoded(tcp.parties[rank], data, dict[str, int])
        _check_counts(tcp.parties[rank], theirs, greeting.agreement.tables)
        said[rank] = data
        counts.update(theirs)

    tcp.talk(Kind.COUNTS, said[tcp.rank], MESSAGE_BYTES, limit_s, heed)
    transcript = _hash(b"secfuse session", greeting.transcript, *(said[rank] for rank in sorted(said)))
    _signatures(tcp, greeting.credentials, Kind.CONFIRM, transcript, answer_s)
    keys = {}
    for peer, secret in greeting.secrets_with.items():
        index = PAIR_KEY[min(tcp.rank, peer), max(tcp.rank, peer)]
        keys[index] = HKDF(SHA256(), 32, transcript, b"secfuse pair key %d" % index).derive(secret)
    return Session(tcp.rank, tcp, keys, counts, greeting.salt)


def _hello(tcp: Tcp, agreement: Agreement, credentials: Credentials, key: X25519PrivateKey) -> Hello:
    certificates = tuple(
        fingerprint(own_certificate(credentials) if rank == tcp.rank else tcp.certificate(rank))
        for rank in range(len(agreement.parties))
    )
    return Hello(
        tcp.rank,
        agreement.parties,
        agreement.session.hex(),
        agreement.protocol,
        agreement.version,
        agreement.digest,
        dict(sorted(agreement.params.items())),
        secrets.token_hex(32),
        certificates,
        key.public_key().public_bytes_raw().hex(),
    )


def _checked(tcp: Tcp, rank: int, data: bytes, own: Hello) -> Hello:
    """A peer's HELLO, if it is who it must be and wants what we want."""
    party = tcp.parties[rank]
    hello = _decoded(party, data, Hello)
    if not (_HEX_32.fullmatch(hello.nonce) and _HEX_32.fullmatch(hello.public_key)):
        raise UnexpectedMessage(party, "its HELLO is malformed")
    if hello.rank != rank:
        raise Identity(party, "it claims the place of another party")
    if hello.certificates != own.certificates:
        raise Identity(party, "it sees other certificates than we do: somebody stands between us")
    for what, theirs, ours in (
        ("version", hello.version, own.version),
        ("protocol", hello.protocol, own.protocol),
        ("list of parties", hello.parties, own.parties),
        ("session", hello.session, own.session),
        ("plan digest", hello.digest, own.digest),
        ("list of parameters", sorted(hello.params), sorted(own.params)),
        *((f'parameter "{name}"', hello.params.get(name), value) for name, value in own.params.items()),
    ):
        if theirs != ours:
            raise Mismatch(party, what)
    return hello


def _signatures(tcp: Tcp, credentials: Credentials, kind: Kind, transcript: bytes, limit_s: float) -> None:
    """Sign the transcript, and see that every peer has signed the same one."""

    def verify(rank: int, signature: bytes) -> None:
        if not signed_by(tcp.certificate(rank), signature, _signed(kind, rank, transcript)):
            raise Identity(tcp.parties[rank], f"its {kind.name} does not bear its signature of what we heard")

    tcp.talk(kind, sign(credentials, _signed(kind, tcp.rank, transcript)), MESSAGE_BYTES, limit_s, verify)


def _signed(kind: Kind, rank: int, transcript: bytes) -> bytes:
    return b"secfuse signature %d %d " % (kind, rank) + transcript


def _shared(party: str, own: X25519PrivateKey, public_key: str) -> bytes:
    try:
        return own.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(public_key)))
    except ValueError:  # a point of low order: the secret would be known to everybody
        raise UnexpectedMessage(party, "its key is not fit for use") from None


def _check_counts(party: str, counts: Mapping[str, int], tables: tuple[Table, ...]) -> None:
    owned = {table.name: table.max_rows for table in tables if table.owner == party}
    if counts.keys() != owned.keys() or any(not 0 <= count <= owned[name] for name, count in counts.items()):
        raise UnexpectedMessage(party, "its row counts are not those of its tables, or exceed what is declared")


def _decoded(party: str, data: bytes, form: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise UnexpectedMessage(party, "its message is malformed") from None


def _hash(domain: bytes, *parts: bytes) -> bytes:
    """SHA-256 of parts that cannot be mistaken for one another: each preceded by its length."""
    digest = hashlib.sha256()
    for part in (domain, *parts):
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.digest()
