"""Signed tokens are what RFC 7515 says, and a key that is none is told to a person."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from connectors import jwt_sign
from connectors.errors import AccessDenied
from tests.fakes.keys import EC_KEY, RSA_KEY, pem

CLAIMS = {"iss": "robot@example.org", "iat": 1, "exp": 3601}


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    header, claims, signature = token.split(".")
    assert "=" not in token
    read = [base64.urlsafe_b64decode(one + "==") for one in (header, claims, signature)]
    return json.loads(read[0]), json.loads(read[1]), f"{header}.{claims}".encode(), read[2]


def test_rs256_is_verified_by_the_public_key() -> None:
    header, claims, signed, signature = parts_of(jwt_sign.rs256(CLAIMS, pem(RSA_KEY), "key-1"))
    assert (header, claims) == ({"alg": "RS256", "typ": "JWT", "kid": "key-1"}, CLAIMS)
    RSA_KEY.public_key().verify(signature, signed, padding.PKCS1v15(), SHA256())


def test_es256_is_64_bytes_and_verified_by_the_public_key() -> None:
    header, _, signed, signature = parts_of(jwt_sign.es256(CLAIMS, pem(EC_KEY)))
    assert (header, len(signature)) == ({"alg": "ES256", "typ": "JWT"}, 64)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    EC_KEY.public_key().verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))


@pytest.mark.parametrize("key", ["", "secret", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                                 pem(EC_KEY)])
def test_a_key_that_is_no_rsa_key_is_told(key: str) -> None:
    with pytest.raises(AccessDenied, match="private key cannot be read"):
        jwt_sign.rs256(CLAIMS, key)


def test_another_curve_or_kind_of_key_is_told() -> None:
    for key in (ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 1024)):
        with pytest.raises(AccessDenied):
            jwt_sign.es256(CLAIMS, pem(key))
