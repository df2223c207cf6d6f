"""The REST interface of one WordPress: where it is, whose password opens it, what its refusals mean.

Routes and error codes: WordPress core, wp-includes/rest-api/ and the REST API handbook.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from connectors.addresses import AllowedHosts
from connectors.errors import N_, AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater
from connectors.plain_text import to_plain

if TYPE_CHECKING:
    from connectors.http import Answer, Http

_REFUSED = frozenset({
    "rest_comment_closed", "rest_comment_draft_post", "rest_comment_trash_post", "rest_comment_content_invalid",
    "rest_comment_author_data_required", "rest_invalid_param", "rest_missing_callback_param",
    "rest_comment_failed_edit", "rest_comment_failed_create", "rest_trash_not_supported",
    "comment_content_column_length", "comment_author_column_length", "rest_comment_not_supported_post_type",
})
_GONE = frozenset({"rest_comment_invalid_id", "rest_comment_invalid_post_id", "rest_post_invalid_id",
                   "rest_already_trashed", "rest_comment_invalid_parent", "rest_comment_invalid_post"})
_KEY_WRONG = frozenset({"invalid_username", "invalid_email", "incorrect_password", "invalid_authentication",
                        "application_passwords_disabled", "application_passwords_disabled_for_user"})
_KEY_MISSING = frozenset({"rest_not_logged_in", "rest_comment_login_required"})
_API_LINK = re.compile(r"<([^<>\s]+)>\s*;[^,]{0,300}\brel=[\"']?https://api\.w\.org/")


def error_of(answer: Answer) -> tuple[str, str]:
    """Code and message of WordPress's own error object, both empty where the answer is something else."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(body, dict) or not isinstance(body.get("code"), str):
        return "", ""
    return body["code"], to_plain(str(body.get("message", "")))[:300]


def meaning(answer: Answer) -> ConnectorError | None:
    """What a refusal asks of whom, from the code in its body; None leaves it to the status.

    One code may come with 401 (nobody signed in) and 403 (signed in without the right).
    """
    if answer.status < 400:
        return None
    code, message = error_of(answer)
    facts: dict[str, str] = {"site": answer.site, "code": code, "message": message}
    raw = answer.body[:2000]
    if code == "comment_flood":
        return TryLater(N_("{site} takes comments only every few seconds."), retry_after=20, raw=raw, **facts)
    if code in _GONE:
        return Gone(N_("{site} does not have this any more: {message}"), raw=raw, **facts)
    if code in _REFUSED:
        return Refused(N_("{site} refuses the reply: {message} ({code})"), raw=raw, **facts)
    if code in _KEY_WRONG:
        return AccessDenied(N_("{site} does not accept the user name or the application password ({code}). Make a new "
                               "one on the site under Users, Profile, Application Passwords."), raw=raw, **facts)
    if (answer.status == 401 and code) or code in _KEY_MISSING:
        return AccessDenied(N_("{site} did not recognise us ({code}): the application password is wrong or was "
                               "revoked, or the host removes the Authorization header. Make a new one on the site "
                               "under Users, Profile, Application Passwords."), raw=raw, **facts)
    if answer.status == 403 and code:
        return AccessDenied(N_("{site} says that this user may not do it ({code}). The user needs the role Editor or "
                               "Administrator."), raw=raw, **facts)
    return None


def needs_https(url: str, allowed: AllowedHosts) -> bool:
    """Whether a password sent to ``url`` could be read on its way: no TLS, and not a host of our own network."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if parts.scheme == "https" or host == "localhost" or {host, f"{host}:{port}"} & allowed.entries:
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def api_in_page(answer: Answer) -> str:
    """Address of the REST interface as the site's own page tells it (Link header or ``<link>``), or empty."""
    in_header = _API_LINK.search(answer.headers.get("link", ""))
    if in_header:
        return urljoin(answer.url, str(in_header[1]))
    root = etree.fromstring(answer.body, etree.HTMLParser(no_network=True)) if answer.body.strip() else None
    links = root.iterfind(".//link[@rel='https://api.w.org/']") if root is not None else iter(())
    for link in links:
        return urljoin(answer.url, str(link.get("href") or ""))
    return ""


class Rest:
    """Requests to ``wp/v2`` of one site, signed; finds the address of the interface by itself."""

    def __init__(self, http: Http, site_url: str, auth: tuple[str, str]) -> None:
        self._http = http
        self._site = site_url.rstrip("/")
        self._auth = auth
        self._root = ""

    async def get(self, route: str, **params: str | int) -> Answer:
        """Read ``route``, such as ``comments``."""
        self._guard()
        if self._root:
            return await self._read(self._root, route, params)
        for root in (f"{self._site}/wp-json/", f"{self._site}/?rest_route=/"):
            try:
                answer = await self._read(root, route, params)
                answer.json()
            except (Gone, Surprise) as error:
                if isinstance(error, Gone) and _says_wordpress(error):
                    raise
                continue
            except AccessDenied as error:
                raise self._moved(error) or error from error
            self._root = root
            return answer
        self._root = await self._ask_the_site()
        return await self._read(self._root, route, params)

    async def send(self, method: str, route: str, body: Mapping[str, Any], ok: frozenset[int]) -> Answer:
        """Write once; the address must be known from a read."""
        self._guard()
        if not self._root:
            await self.get("users/me", _fields="id")
        url, params = self._address(self._root, route)
        return await self._http.send(method, url, json=dict(body), params=params, auth=self._auth, ok=ok,
                                     meaning=meaning)

    async def _read(self, root: str, route: str, params: Mapping[str, str | int]) -> Answer:
        url, address = self._address(root, route)
        return await self._http.get(url, params={**address, **params}, auth=self._auth, meaning=meaning)

    def _address(self, root: str, route: str) -> tuple[str, dict[str, str | int]]:
        """Without pretty permalinks the route is a parameter of the site's own address."""
        if "rest_route=" in root:
            return root.partition("?")[0], {"rest_route": f"/wp/v2/{route}"}
        return f"{root.rstrip('/')}/wp/v2/{route}", {}

    async def _ask_the_site(self) -> str:
        root = api_in_page(await self._http.get(f"{self._site}/"))
        if not root:
            raise Surprise(N_("{site} does not look like a WordPress whose REST interface is open. Is the address that "
                              "of the site itself? A security plugin may have closed /wp-json/."),
                           site=urlsplit(self._site).netloc)
        return root

    def _moved(self, error: AccessDenied) -> AccessDenied | None:
        """Credentials stay with the host they were meant for; where a site sends us on, we arrive without them."""
        asked, answered = urlsplit(self._site).netloc, str(error.facts.get("site", ""))
        if answered in ("", asked):
            return None
        return AccessDenied(N_("{site} sends us on to {other}. Enter that address in the settings of the source."),
                            site=asked, other=answered)

    def _guard(self) -> None:
        if needs_https(self._site, AllowedHosts.of(self._http.policy.allow_hosts)):
            raise AccessDenied(N_("{site} is not asked over plain http://, because the password could be read on its "
                                  "way. Use https://, or name the host under connectors.allow_hosts in config.yaml "
                                  "when it stands in your own network."), site=urlsplit(self._site).netloc)


def _says_wordpress(error: ConnectorError) -> bool:
    """Whether the refusal came from WordPress itself, so that the address is right and only the thing is missing."""
    raw = error.raw if isinstance(error.raw, bytes) else (error.raw or "").encode(errors="replace")
    return b'"code"' in raw and b"rest_no_route" not in raw
