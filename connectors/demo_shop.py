"""The pretend review site of the demo: reviews with city, IP address and purchase, replies in a thread.

The API is documented in ``inbox/demo/api.py``. A fast pass reads from the newest date; what appears
late with an old date shows in the total and is found by a sweep.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, SecretStr

from connectors.base import (
    Batch,
    Can,
    Connector,
    Cursor,
    Identity,
    Item,
    ItemKind,
    Place,
    PostedReply,
    Published,
    Raw,
    ReplyMode,
)
from connectors.errors import N_, AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater, Unsure

if TYPE_CHECKING:
    from connectors.http import Answer

PER_PAGE = 50


class DemoShopSettings(BaseModel):
    """Where the site is and with which key we come."""

    model_config = ConfigDict(extra="forbid")

    site: AnyHttpUrl = Field(title="Address of the site", description="For example http://127.0.0.1:8001",
                             examples=["http://127.0.0.1:8001"])
    key: SecretStr = Field(title="Key", description="From the account page of the site.")


class DemoShop(Connector):
    """Reads and answers the reviews of the pretend site."""

    kind = "demo_shop"
    label = "Demo review site"
    access = N_("Needs the key from the account page of the site.")
    can = Can(reply=ReplyMode.THREAD, edit_reply=True, delete_reply=True, find_replies=True, max_reply_chars=2000,
              gives_ip=True, gives_city=True, gives_verified_purchase=True, sees_edits=True, reports_total=True)
    Settings: ClassVar[type[BaseModel]] = DemoShopSettings
    settings: DemoShopSettings

    async def check(self) -> Identity:
        """The account of the key. Raises AccessDenied when the key is refused."""
        me = _dict(await self._get("/api/me"))
        return Identity(name=str(me["name"]), external_id=str(me["account_id"]))

    async def places(self) -> list[Place]:
        """Every shop that the key can read."""
        listed = _list(_dict(await self._get("/api/places")), "places")
        return [Place(external_id=str(p["id"]), name=str(p["name"]), url=str(p.get("url", ""))) for p in listed]

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Newest date first; ``complete`` only when nothing moved between the pages while we read."""
        seen: set[str] = set()
        totals: set[int] = set()
        page = 1
        while True:
            answer = _dict(await self._get(f"/api/places/{quote(place.external_id, safe='')}/reviews",
                                           page=page, per_page=PER_PAGE))
            raws, total = _list(answer, "reviews"), int(answer["total"])
            items, unreadable = self.read_all(raws)
            seen |= {str(raw.get("id")) for raw in raws if isinstance(raw, dict)}
            totals.add(total)
            last = not raws or page * PER_PAGE >= total
            complete = last and totals == {len(seen)}
            yield Batch(items=items, unreadable=unreadable, total=total, complete=complete,
                        cursor={"read_whole": True} if cursor or last else None)
            if last:
                return
            page += 1

    @staticmethod
    def parse(raw: Raw) -> Item:
        """An entry of the listing: a review, or what a visitor wrote under one."""
        author = raw.get("author") or {}
        return Item(
            external_id=str(raw["id"]),
            kind=ItemKind.COMMENT if raw["type"] == "comment" else ItemKind.REVIEW,
            thread_id=str(raw.get("parent_id") or raw["id"]), parent_id=str(raw.get("parent_id") or ""),
            url=str(raw.get("url") or ""), author_name=str(author.get("name") or ""),
            author_id=str(author.get("id") or ""), author_url=str(author.get("url") or ""),
            city=str(author.get("city") or ""), ip=str(author.get("ip") or ""),
            verified_purchase=raw.get("verified_purchase"), order_number=str(raw.get("order_number") or ""),
            rating=raw.get("rating"), title=str(raw.get("title") or ""), text=str(raw["text"]),
            language=str(raw.get("language") or ""), created_at=_moment(raw["created_at"]),
            edited_at=_moment(raw.get("edited_at")), status=Published(raw.get("status", "published")),
            replies=tuple(_reply(reply, str(raw["id"])) for reply in raw.get("replies", ())), raw=dict(raw))

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """A new reply under the review. Status HELD: taken, and not visible yet."""
        answer = await self._send("POST", f"{_review(item)}/replies", text)
        posted = _reply(_dict(_json_of_write(answer)), item.external_id)
        return posted.model_copy(update={"status": Published.HELD}) if answer.status == 202 else posted

    async def edit_reply(self, item: Item, reply: PostedReply, text: str) -> PostedReply:
        """Replace the text of a reply of ours."""
        answer = await self._send("PUT", f"{_review(item)}/replies/{quote(reply.external_id, safe='')}", text)
        return _reply(_dict(_json_of_write(answer)), item.external_id)

    async def delete_reply(self, item: Item, reply: PostedReply) -> None:
        """Take a reply of ours back."""
        await self.http.send("DELETE", self._url(f"{_review(item)}/replies/{quote(reply.external_id, safe='')}"),
                             headers=self._headers(), ok=frozenset({204}), meaning=_meaning_of_write)

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """What the shop said under the review, whoever of it wrote. Raises Gone with a removed review."""
        raw = _dict(await self._get(_review(item)))
        return [_reply(reply, item.external_id) for reply in _list(raw, "replies")]

    def _url(self, path: str) -> str:
        return str(self.settings.site).rstrip("/") + path

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.settings.key.get_secret_value()}", "Accept": "application/json"}

    async def _get(self, path: str, **params: int) -> Any:
        answer = await self.http.get(self._url(path), params=params or None, headers=self._headers(), meaning=_meaning)
        return answer.json()

    async def _send(self, method: str, path: str, text: str) -> Answer:
        return await self.http.send(method, self._url(path), json={"text": text}, headers=self._headers(),
                                    ok=frozenset({200, 201, 202}), meaning=_meaning_of_write)


def _review(item: Item) -> str:
    return f"/api/reviews/{quote(item.external_id, safe='')}"


def _dict(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise Surprise(N_("The site answered with something that is not its API."), raw=str(answer)[:2000])
    return answer


def _list(answer: dict[str, Any], name: str) -> list[Any]:
    value = answer.get(name)
    if not isinstance(value, list):
        raise Surprise(N_("The answer of the site lacks “{name}”."), name=name, raw=str(answer)[:2000])
    return value


def _json_of_write(answer: Answer) -> Any:
    """The body after a write; one that cannot be read tells nothing about what was saved."""
    try:
        return answer.json()
    except ConnectorError as error:
        raise Unsure(N_("The site took the reply and answered with something unreadable."), raw=error.raw) from error


def _moment(value: Any) -> datetime | None:
    """ISO 8601 in UTC; one without a zone stays as it is, and Item refuses it."""
    moment = datetime.fromisoformat(value) if value else None
    return moment.astimezone(UTC) if moment and moment.tzinfo else moment


def _reply(raw: Raw, review_id: str) -> PostedReply:
    return PostedReply(
        external_id=str(raw["id"]), text=str(raw["text"]), url=str(raw.get("url") or ""),
        author_name=str(raw.get("author_name") or ""), parent_id=review_id, created_at=_moment(raw["created_at"]),
        edited_at=_moment(raw.get("edited_at")), ours=True, status=Published(raw.get("status", "published")))


def _problem(answer: Answer) -> tuple[str, str]:
    """The code and the sentence of an error; empty when the body is not one of the API's errors."""
    try:
        body = answer.json()
    except ConnectorError:
        return "", ""
    return (str(body.get("error", "")), str(body.get("message", ""))[:300]) if isinstance(body, dict) else ("", "")


def _meaning(answer: Answer) -> ConnectorError | None:
    """What an error of the API means, read from its body; None leaves it to the table of statuses."""
    code, message = _problem(answer)
    match code:
        case "key_expired":
            return AccessDenied(N_("The key of the review site has expired. Make a new one in your account there "
                                   "and save it here."))
        case "key_unknown" | "key_missing":
            return AccessDenied(N_("The review site does not know this key. Copy it again from your account there."))
        case "not_found":
            return Gone(N_("The review site says: {message}"), message=message)
        case "too_fast":
            return TryLater(N_("The review site asks us to slow down."), retry_after=_seconds(answer))
    return None


def _meaning_of_write(answer: Answer) -> ConnectorError | None:
    """Also what is wrong with a text. A duplicate is no failure: it may be our own try that got no answer."""
    code, message = _problem(answer)
    match code:
        case "too_long" | "empty" | "link" | "no_replies":
            return Refused(N_("The review site does not take this reply: {message}"), message=message)
        case "duplicate":
            return Unsure(N_("The review site says that this reply is there already."))
    return _meaning(answer)


def _seconds(answer: Answer) -> float | None:
    value = answer.headers.get("Retry-After", "")
    return float(value) if value.isdigit() else None
