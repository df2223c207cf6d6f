"""Signed JSON web tokens (RFC 7515, 7519) for accounts of machines: RS256 and ES256, by ``cryptography`` directly."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from connectors.errors import N_, AccessDenied

_ES256_BYTES = 32


def rs256(claims: Mapping[str, Any], private_key: str, key_id: str = "") -> str:
    """A token signed with an RSA key in PEM. Raises AccessDenied when the key is none."""
    key = _load(private_key)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise _no_key()
    signed = _unsigned("RS256", claims, key_id)
    return f"{signed}.{_encoded(key.sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"


def es256(claims: Mapping[str, Any], private_key: str, key_id: str = "") -> str:
    """A token signed with a P-256 key in PEM. Raises AccessDenied when the key is none."""
    key = _load(private_key)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _no_key()
    signed = _unsigned("ES256", claims, key_id)
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    return f"{signed}.{_encoded(r.to_bytes(_ES256_BYTES, 'big') + s.to_bytes(_ES256_BYTES, 'big'))}"


def _load(private_key: str) -> Any:
    try:
        return load_pem_private_key(private_key.strip().encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _no_key() from error


def _no_key() -> AccessDenied:
    return AccessDenied(N_("The private key cannot be read. Copy the whole file again, from the line BEGIN to the line "
                           "END."))


def _unsigned(algorithm: str, claims: Mapping[str, Any], key_id: str) -> str:
    header = {"alg": algorithm, "typ": "JWT", **({"kid": key_id} if key_id else {})}
    return f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(dict(claims)).encode())}"


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
