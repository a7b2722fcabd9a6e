"""Who a party is: certificates, the TLS contexts that accept nothing else, and signatures with a certificate's key.

Lives here: `Credentials`, the throw-away authority for runs on one machine, and the only rule that turns a certificate
into a name. Not here: sockets (wire/connect.py), and what gets signed (session.py).

Trust: only the authority of this run; the system's authorities are never loaded. A party's name is the URI
`secfuse://party/NAME` in its certificate, never what it says of itself.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, unquote

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from secfuse.runtime.errors import Identity, LocalError

URI = "secfuse://party/"
VALID_HOURS = 24
_CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A party's own certificate and key, and the authority that it trusts: PEM files."""

    certificate: Path
    key: Path
    authority: Path


def throw_away(directory: Path, parties: Sequence[str], now: datetime | None = None) -> dict[str, Credentials]:
    """Make an authority and one certificate per party for a day; its key is never written, theirs with mode 0600."""
    start = (now or datetime.now(UTC)) - _CLOCK_SKEW
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = _authority(root_key, start)
    authority = directory / "authority.pem"
    authority.write_bytes(root.public_bytes(Encoding.PEM))
    made = {}
    for rank, party in enumerate(parties):
        key = ec.generate_private_key(ec.SECP256R1())
        files = Credentials(directory / f"{rank}.pem", directory / f"{rank}.key", authority)
        files.certificate.write_bytes(_certificate(party, key, root, root_key, start).public_bytes(Encoding.PEM))
        _write_key(files.key, key)
        made[party] = files
    return made


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _builder(subject: str, key: ec.EllipticCurvePrivateKey, start: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name("SecFuse throw-away authority"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(hours=VALID_HOURS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(key: ec.EllipticCurvePrivateKey, start: datetime) -> x509.Certificate:
    builder = _builder("SecFuse throw-away authority", key, start)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return builder.add_extension(_usage(signs_certificates=True), critical=True).sign(key, SHA256())


def _certificate(
    party: str,
    key: ec.EllipticCurvePrivateKey,
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    start: datetime,
) -> x509.Certificate:
    issuer = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    both_ends = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    name = x509.UniformResourceIdentifier(URI + quote(party, safe=""))
    return (
        _builder(party, key, start)
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(both_ends), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False
        )
        .sign(root_key, SHA256())
    )  # fmt: skip


def context(credentials: Credentials, *, server: bool) -> ssl.SSLContext:
    """TLS 1.3 only, both ends verified against our authority alone, nothing resumed. Raises LocalError."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.check_hostname = False  # the name is a party, not a host: party_of reads it after the handshake
    made.verify_mode = ssl.CERT_REQUIRED
    made.verify_flags |= ssl.VERIFY_X509_STRICT
    try:
        made.load_verify_locations(credentials.authority)
        made.load_cert_chain(credentials.certificate, credentials.key)
    except OSError:
        raise LocalError(f"the certificate, key or authority of {credentials.certificate} cannot be used") from None
    if server:
        made.num_tickets = 0
    return made


def party_of(certificate: bytes) -> str:
    """The name that a verified certificate (DER) speaks for. Raises Identity unless there is exactly one."""
    extensions = x509.load_der_x509_certificate(certificate).extensions
    try:
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        names = x509.SubjectAlternativeName([])
    uris = [uri for uri in names.get_values_for_type(x509.UniformResourceIdentifier) if uri.startswith(URI)]
    if len(uris) != 1:
        raise Identity("?", f"its certificate names {len(uris)} parties instead of one")
    return unquote(uris[0].removeprefix(URI))


def own_certificate(credentials: Credentials) -> bytes:
    """DER of the certificate with which this party shows itself."""
    return x509.load_pem_x509_certificate(credentials.certificate.read_bytes()).public_bytes(Encoding.DER)


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a certificate (DER), in hex."""
    digest = Hash(SHA256())
    digest.update(certificate)
    return digest.finalize().hex()


def sign(credentials: Credentials, message: bytes) -> bytes:
    """ECDSA over SHA-256 with the key of the party's certificate."""
    key = load_pem_private_key(credentials.key.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey), "party keys are on an elliptic curve"
    return key.sign(message, ec.ECDSA(SHA256()))


def signed_by(certificate: bytes, signature: bytes, message: bytes) -> bool:
    """True if the key of `certificate` (DER) made `signature` under `message`."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(signature, message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
