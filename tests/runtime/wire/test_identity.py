"""A party is who its certificate says, and nobody else's word counts."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from secfuse.runtime.errors import Identity, LocalError
from secfuse.runtime.wire.identity import (
    URI,
    Credentials,
    context,
    fingerprint,
    own_certificate,
    party_of,
    sign,
    signed_by,
    throw_away,
)


def certificate(*uris: str) -> bytes:
    """A certificate (DER) that speaks for the given URIs."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "airline")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
    )
    if uris:
        names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri) for uri in uris])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize("party", ["airline", "Wetterdienst Süd", "a/b"])
def test_a_certificate_speaks_for_the_party_it_was_made_for(tmp_path: Path, party: str) -> None:
    made = throw_away(tmp_path, (party, "other"))
    assert party_of(own_certificate(made[party])) == party


def test_the_common_name_counts_for_nothing() -> None:
    for uris in ((), (URI + "airline", URI + "weather"), ("https://airline",)):
        with pytest.raises(Identity):
            party_of(certificate(*uris))
    assert party_of(certificate("https://airline", URI + "weather")) == "weather"


def test_keys_are_for_their_owner_only_and_the_authority_has_none_on_disk(tmp_path: Path) -> None:
    made = throw_away(tmp_path, ("airline", "weather"))
    keys = {credentials.key for credentials in made.values()}
    assert {path for path in tmp_path.iterdir() if b"PRIVATE" in path.read_bytes()} == keys
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}


def test_a_signature_holds_for_one_key_and_one_message(tmp_path: Path) -> None:
    made = throw_away(tmp_path, ("airline", "weather"))
    airline, weather = (own_certificate(made[party]) for party in made)
    signature = sign(made["airline"], b"message")
    assert signed_by(airline, signature, b"message")
    assert not signed_by(airline, signature, b"another")
    assert not signed_by(weather, signature, b"message")
    assert not signed_by(airline, b"no signature", b"message")
    assert fingerprint(airline) != fingerprint(weather)


def test_credentials_that_do_not_fit_are_a_local_mistake(tmp_path: Path) -> None:
    made = throw_away(tmp_path, ("airline", "weather"))
    mixed = Credentials(made["airline"].certificate, made["weather"].key, made["airline"].authority)
    for wrong in (mixed, Credentials(tmp_path / "no.pem", tmp_path / "no.key", tmp_path / "no.pem")):
        with pytest.raises(LocalError):
            context(wrong, server=True)
