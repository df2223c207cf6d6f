"""WordPress: comments and product reviews of any site, through its REST interface and an application password."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

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
    Unreadable,
)
from connectors.errors import N_, AccessDenied, Gone, Refused, Surprise, Unsure
from connectors.fields import ip_address, web_address
from connectors.plain_text import clean, one_line, to_plain
from connectors.wordpress_comment import markup, moment, rating, text_of, verified
from connectors.wordpress_rest import Rest, error_of, meaning

if TYPE_CHECKING:
    from connectors.http import Answer, Http

WHOLE_SITE = "site"
PAGE_SIZE = 100
PAGES_LOOKED_THROUGH_FOR_PLACES = 5
# Answers use other words than requests: one asks for "approve" and reads "approved".
_STATUS = {"approved": Published.PUBLISHED, "hold": Published.HELD, "spam": Published.SPAM,
           "trash": Published.REMOVED, "post-trashed": Published.REMOVED}
# Notes that plugins keep as comments and that nobody outside wrote.
_INTERNAL = frozenset({"order_note", "note", "webhook_delivery", "action_log"})
_PINGS = frozenset({"pingback", "trackback"})


class WordPressSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    site_url: str = Field(
        title=N_("Address of the site"), examples=["https://shop.example"], min_length=4, max_length=500,
        description=N_("The address of the WordPress itself, as it stands on the site under Settings, General."))
    username: str = Field(
        title=N_("User name"), examples=["reviews"], min_length=1, max_length=200,
        description=N_("A user with the role Editor or Administrator; the name to log in with. Replies appear under "
                       "the public name of this user."))
    application_password: SecretStr = Field(
        title=N_("Application password"), examples=["abcd EFGH 1234 ijkl MNOP 5678"],
        description=N_("Made on the site under Users, Profile, Application Passwords. It is not the password of the "
                       "login, and can be revoked there at any time."))
    include_spam: bool = Field(
        False, title=N_("Look into spam"),
        description=N_("Also read the newest 100 comments that the site holds for spam, at each full check."))

    @field_validator("site_url")
    @classmethod
    def _address(cls, value: str) -> str:
        value = value.strip()
        value = value if "://" in value else f"https://{value}"
        if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
            raise ValueError("an address such as https://shop.example")
        return value.partition("#")[0].partition("?")[0].rstrip("/").removesuffix("/wp-json").removesuffix("/wp-admin")


class WordPress(Connector):
    """Newest comments first; a full pass lists what is approved or on hold, so that what is missing was removed."""

    kind: ClassVar[str] = "wordpress"
    label: ClassVar[str] = "WordPress"
    access: ClassVar[str] = N_(
        "An application password of a user with the role Editor or Administrator. Anyone with such a user on the site "
        "can make one under Users, Profile; the site has to be reached over HTTPS.")
    can: ClassVar[Can] = Can(
        reply=ReplyMode.THREAD, edit_reply=True, delete_reply=True, find_replies=True, max_reply_chars=65525,
        gives_ip=True, gives_verified_purchase=True, sees_edits=True, reports_total=True)
    Settings: ClassVar[type[BaseModel]] = WordPressSettings
    settings: WordPressSettings

    def __init__(self, settings: BaseModel, http: Http) -> None:
        super().__init__(settings, http)
        password = self.settings.application_password.get_secret_value()
        self._rest = Rest(http, self.settings.site_url, (self.settings.username, password))
        self._me: int | None = None

    async def check(self) -> Identity:
        """The user of the password; AccessDenied where it may not see what moderators see."""
        who = await self._who()
        await self._rest.get("comments", context="edit", status="hold", per_page=1, _fields="id")
        return Identity(name=one_line(str(who.get("name", ""))), external_id=str(who["id"]))

    async def places(self) -> list[Place]:
        """The whole site first, then the posts, pages and products with the newest comments."""
        found = [Place(external_id=WHOLE_SITE, name=urlsplit(self.settings.site_url).netloc,
                       url=self.settings.site_url)]
        ids = await self._commented()
        for route in ("posts", "pages", "product") if ids else ():
            try:
                answer = await self._rest.get(route, include=",".join(ids), per_page=PAGE_SIZE, _fields="id,title,link")
            except (Gone, AccessDenied):
                continue
            found += [_place(entry) for entry in _rows(answer) if isinstance(entry, dict) and "id" in entry]
        return found

    async def _commented(self) -> list[str]:
        posts: dict[str, None] = {}
        for page in range(1, PAGES_LOOKED_THROUGH_FOR_PLACES + 1):
            rows = _rows(await self._rest.get("comments", type="all", page=page, per_page=PAGE_SIZE,
                                              _fields="id,post"))
            posts.update({str(row["post"]): None for row in rows if isinstance(row, dict) and row.get("post")})
            if len(rows) < PAGE_SIZE:
                break
        return list(posts)[:PAGE_SIZE]

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Pages from the newest; ``complete`` only when the pass listed as many comments as the site counts all along.

        Pages shift when comments come or go meanwhile: the count changes then, and nothing is taken for removed. The
        cursor remembers how many notes of plugins the count includes.
        """
        me = await self._my_id()
        where: dict[str, str | int] = {} if place.external_id == WHOLE_SITE else {"post": place.external_id}
        if cursor is None and self.settings.include_spam:
            yield self._batch(await self._page("spam", 1, where), me)
        hidden: int = (cursor or {}).get("hidden", 0)
        seen, totals, page, listed = set[int](), set[int | None](), 1, PAGE_SIZE
        while listed == PAGE_SIZE:
            answer = await self._page("all", page, where)
            rows = _rows(answer)
            batch, listed, page = self._batch(answer, me), len(rows), page + 1
            seen.update(row["id"] for row in rows if isinstance(row, dict) and isinstance(row.get("id"), int))
            totals.add(batch.total)
            hidden += listed - len(batch.items) - len(batch.unreadable) if cursor is None else 0
            yield batch.model_copy(update={
                "cursor": {"hidden": hidden}, "total": None if batch.total is None else batch.total - hidden,
                "complete": cursor is None and listed < PAGE_SIZE and totals == {len(seen)}})

    async def _page(self, status: str, page: int, where: Mapping[str, str | int]) -> Answer:
        return await self._rest.get("comments", context="edit", status=status, type="all", orderby="date_gmt",
                                    order="desc", per_page=PAGE_SIZE, page=page, **where)

    def _batch(self, answer: Answer, me: int) -> Batch:
        rows = [row for row in _rows(answer) if not isinstance(row, dict) or row.get("type") not in _INTERNAL]
        strange = tuple(Unreadable(raw=row, error="not an object") for row in rows if not isinstance(row, dict))
        items, unreadable = self.read_all({**row, "ours": bool(me) and row.get("author") == me}
                                          for row in rows if isinstance(row, dict))
        total = answer.headers.get("x-wp-total", "")
        return Batch(items=items, unreadable=unreadable + strange, total=int(total) if total.isdecimal() else None)

    async def _who(self) -> dict[str, Any]:
        answer = await self._rest.get("users/me", _fields="id,name")
        who = answer.json()
        if not isinstance(who, dict) or not isinstance(who.get("id"), int):
            raise Surprise(N_("{site} does not say which user the password belongs to."), raw=answer.body[:2000],
                           site=answer.site)
        self._me = who["id"]
        return who

    async def _my_id(self) -> int:
        return self._me if self._me is not None else int((await self._who())["id"])

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One comment of ``context=edit``, with ``ours`` added."""
        stars = rating(raw)
        kind = ItemKind.MENTION if raw["type"] in _PINGS else ItemKind.COMMENT
        return Item(
            external_id=str(raw["id"]), kind=ItemKind.REVIEW if raw["type"] == "review" or stars else kind,
            thread_id=str(raw["post"]), parent_id=str(raw["parent"] or ""), url=web_address(raw.get("link")),
            author_name=one_line(to_plain(raw.get("author_name") or "")),
            author_id=str(raw.get("author") or raw.get("author_email") or ""),
            author_email=raw.get("author_email") or "", author_url=web_address(raw.get("author_url")),
            ip=ip_address(raw.get("author_ip")), rating=stars, verified_purchase=verified(raw),
            text=text_of(raw["content"]), created_at=moment(raw.get("date_gmt")),
            status=_STATUS.get(raw["status"], Published.HELD), ours=bool(raw.get("ours")))

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """A child comment. The site refuses the same words twice (409): then ours is already there and is looked up."""
        await self._my_id()
        body = {"post": _number(item.thread_id), "parent": _number(item.external_id), "content": markup(text)}
        answer = await self._rest.send("POST", "comments", body, frozenset({200, 201, 409}))
        if answer.status != 409:
            return self._saved(answer)
        if error_of(answer)[0] != "comment_duplicate":
            raise meaning(answer) or Unsure(N_("{site} answered 409 without a reason."), site=self._site())
        return await self._already_said(item, text)

    async def _already_said(self, item: Item, text: str) -> PostedReply:
        same = [reply for reply in await self.find_replies(item) if reply.ours and reply.text == clean(text)]
        if not same:
            raise Refused(N_("{site} says that it already has this text, but does not show it. Look into its spam."),
                          site=self._site())
        return same[-1]

    async def edit_reply(self, item: Item, reply: PostedReply, text: str) -> PostedReply:
        """Replace the text of a comment of ours."""
        await self._my_id()
        answer = await self._rest.send("POST", f"comments/{_number(reply.external_id)}", {"content": markup(text)},
                                       frozenset({200}))
        return self._saved(answer)

    async def delete_reply(self, item: Item, reply: PostedReply) -> None:
        """Move a comment of ours to the trash of the site; one that is gone already is as good."""
        try:
            await self._rest.send("DELETE", f"comments/{_number(reply.external_id)}", {}, frozenset({200}))
        except Gone:
            return

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """All children of the comment, oldest first, also those on hold."""
        await self._my_id()
        found: list[PostedReply] = []
        page, listed = 1, PAGE_SIZE
        while listed == PAGE_SIZE:
            rows = _rows(await self._rest.get(
                "comments", context="edit", status="all", parent=_number(item.external_id), orderby="id", order="asc",
                per_page=PAGE_SIZE, page=page))
            found += [self._posted(row) for row in rows]
            page, listed = page + 1, len(rows)
        return found

    def _saved(self, answer: Answer) -> PostedReply:
        """What a write left on the site; it was taken, so that an answer we cannot read leaves us unsure."""
        try:
            return self._posted(answer.json())
        except Surprise as error:
            raise Unsure(N_("{site} took it, but answered something that cannot be read."), raw=answer.body[:2000],
                         site=answer.site) from error

    def _posted(self, raw: Any) -> PostedReply:
        if not isinstance(raw, dict):
            raise Surprise(N_("An entry is not an object."), raw=str(raw)[:2000])
        item = self.read({"type": "comment", **raw})
        author = raw.get("author")
        ours = True if author and author == self._me else None if author else False
        return PostedReply(external_id=item.external_id, text=item.text, url=item.url, author_name=item.author_name,
                           parent_id=item.parent_id, created_at=item.created_at, ours=ours, status=item.status)

    def _site(self) -> str:
        return urlsplit(self.settings.site_url).netloc

    @classmethod
    def reply_length(cls, text: str) -> int:
        """WordPress measures the stored HTML in bytes (``mb_strlen(…, '8bit')``)."""
        return len(markup(text).encode())


def _rows(answer: Answer) -> list[Any]:
    rows = answer.json()
    if not isinstance(rows, list):
        raise Surprise(N_("{site} answered something other than a list of comments."), raw=answer.body[:2000],
                       site=answer.site)
    return rows


def _place(entry: Mapping[str, Any]) -> Place:
    shown = entry.get("title")
    title = shown.get("rendered", "") if isinstance(shown, dict) else ""
    return Place(external_id=str(entry["id"]), url=web_address(entry.get("link")),
                 name=one_line(to_plain(str(title))) or str(entry["id"]))


def _number(external_id: str) -> int:
    """WordPress numbers everything; other ids cannot be of this site."""
    if not (external_id.isascii() and external_id.isdecimal()):
        raise Surprise(N_("“{id}” is not the number of a comment or a post."), id=external_id[:100])
    return int(external_id)
