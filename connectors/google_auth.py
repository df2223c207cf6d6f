"""Sign-in at Google, by a person's refresh token or by a service account, and what Google's errors mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors import jwt_sign
from connectors.bearer import TokenExpired
from connectors.errors import N_, AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater
from connectors.json_body import part, said

if TYPE_CHECKING:
    from connectors.http import Answer, Http

SIGN_IN = "https://oauth2.googleapis.com/token"
HOUR = 3600.0
_LIMITS = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded",
                     "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED"})
_SWITCHED_OFF = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})


async def refreshed(http: Http, client_id: str, client_secret: str, refresh_token: str) -> tuple[str, float]:
    """An access token for a person's refresh token. Raises AccessDenied when it was revoked or has expired."""
    return await _token(http, {"grant_type": "refresh_token", "client_id": client_id, "client_secret": client_secret,
                               "refresh_token": refresh_token})


async def service_account(http: Http, account: dict[str, Any], scope: str, now: float) -> tuple[str, float]:
    """An access token for the key file of a service account; ``now`` in seconds since 1970."""
    claims = {"iss": account["client_email"], "scope": scope, "aud": SIGN_IN, "iat": int(now),
              "exp": int(now + HOUR)}
    signed = jwt_sign.rs256(claims, account["private_key"], str(account.get("private_key_id", "")))
    return await _token(http, {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": signed})


async def _token(http: Http, form: dict[str, str]) -> tuple[str, float]:
    answer = await http.query(SIGN_IN, data=form, meaning=_refused_sign_in)
    token = said(answer).get("access_token")
    if not isinstance(token, str) or not token:
        raise Surprise(N_("Google answered the sign-in without a token."))
    seconds = said(answer).get("expires_in")
    return token, float(seconds) if isinstance(seconds, int | float) else HOUR


def _refused_sign_in(answer: Answer) -> ConnectorError | None:
    error = said(answer).get("error")
    if error == "invalid_grant":
        return AccessDenied(N_("Google does not accept this sign-in any more: it has expired or was revoked. Connect "
                               "the account again."), raw=answer.excerpt())
    if error in ("invalid_client", "unauthorized_client"):
        return AccessDenied(N_("Google does not know this client. Check the client ID and the client secret."),
                            raw=answer.excerpt())
    return None


def reasons(answer: Answer) -> set[str]:
    """Google's own codes for an error, of the old envelope (``errors``) and of the new one (``details``)."""
    error = said(answer).get("error")
    listed = [entry for name in ("errors", "details") for entry in part(error, name) or [] if isinstance(entry, dict)]
    return {str(entry["reason"]) for entry in listed if entry.get("reason")}


def meaning(answer: Answer) -> ConnectorError | None:
    """What an error of a Google API asks of whom, from its body; None leaves it to the status."""
    error = said(answer).get("error")
    if answer.status < 400 or not isinstance(error, dict):
        return None
    message, raw, why = str(error.get("message", ""))[:300], answer.excerpt(), reasons(answer)
    if answer.status == 429 or why & _LIMITS:
        return _limited(error, raw)
    match answer.status:
        case 401:
            return TokenExpired(N_("Google does not accept the sign-in. Connect the account again."), raw=raw)
        case 403 if why & _SWITCHED_OFF:
            return AccessDenied(N_("This API is switched off in the Google Cloud project. Switch it on in the console "
                                   "under APIs and Services: {message}"), raw=raw, message=message)
        case 403:
            return AccessDenied(N_("Google says that this account may not do that: {message}. Check its role."),
                                raw=raw, message=message)
        case 404:
            return Gone(N_("Google does not have this any more: {message}"), raw=raw, message=message)
        case 400 if answer.written:
            return Refused(N_("Google refuses the reply: {message}"), raw=raw, message=message)
    return None


def _limited(error: dict[str, Any], raw: str) -> ConnectorError:
    """A quota of 0 never fills up again: the project was not approved, and waiting is of no use."""
    details = [entry for entry in error.get("details") or [] if isinstance(entry, dict)]
    if any(str(part(entry, "metadata", "quota_limit_value")) == "0" for entry in details):
        return AccessDenied(N_("Google has set the quota of this project to 0: the project is not approved for this "
                               "API. Apply for access with Google's form; waiting does not help."), raw=raw)
    return TryLater(N_("Google's limit for this project is used up for now. It is asked again later."), raw=raw)
