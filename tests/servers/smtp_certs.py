"""Throw-away certificates for mail servers: a good one and the ways to be a bad one."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# Fixed dates: what is valid today and what has expired does not hang on the clock of this run.
_BEGIN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_EXPIRED = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
_END = dt.datetime(2045, 1, 1, tzinfo=dt.UTC)
_HERE = (x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
_ELSEWHERE = (x509.DNSName("mail.example.org"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCertificates:
    """`ca` is the PEM file to trust; `folder` holds one PEM (certificate and key) per kind."""

    ca: Path
    folder: Path

    def server_context(self, kind: str) -> ssl.SSLContext:
        """For a server that shows the certificate `good`, `wrong-host`, `expired` or `unknown`."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.folder / f"{kind}.pem")
        return context


def make_mail_certificates(folder: Path) -> MailCertificates:
    """Write a fresh CA and one certificate of each kind into `folder`."""
    known, stranger = _Authority("Known CA"), _Authority("Unknown CA")
    pem = known.certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "ca.pem").write_bytes(pem)
    (folder / "good.pem").write_bytes(known.issue(_HERE, _END))
    (folder / "wrong-host.pem").write_bytes(known.issue(_ELSEWHERE, _END))
    (folder / "expired.pem").write_bytes(known.issue(_HERE, _EXPIRED))
    (folder / "unknown.pem").write_bytes(stranger.issue(_HERE, _END))
    return MailCertificates(ca=folder / "ca.pem", folder=folder)


class _Authority:
    """A CA in memory."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        own = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        self.certificate = (
            self._builder(self._name, self._key, _END)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .add_extension(own, critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def issue(self, names: tuple[x509.GeneralName, ...], until: dt.datetime) -> bytes:
        """Certificate and key for `names`, as one PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail server")])
        certificate = (
            self._builder(subject, key, until)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(issuer, critical=False)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, until: dt.datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(_BEGIN)
            .not_valid_after(until)
        )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
