"""Discourse: posts of a whole forum or of searches in it, and replies in the same topic."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlsplit

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
)
from connectors.errors import N_, AccessDenied, ConnectorError, Gone, NotSupported, Refused, Surprise, TryLater
from connectors.json_body import an_id, iso, later, part, rows, said, saved, whole
from connectors.listed_names import names, web_root
from connectors.plain_text import clean, one_line, to_plain

if TYPE_CHECKING:
    from connectors.ask import Params
    from connectors.http import Answer, Http

ALL_POSTS = "posts"
PAGES = 40
# Discourse lists posts.json by number, fifty numbers at a time; a page may be short where posts were deleted.
NUMBERS_PER_PAGE = 50
IDS_PER_REQUEST = 50
# The defaults of a forum; its own settings may differ, and it then refuses with a reason.
SHORTEST, LONGEST = 20, 32_000


class DiscourseSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    forum_url: str = Field(
        title=N_("Address of the forum"), examples=["https://forum.example"], min_length=4, max_length=500,
        description=N_("The address of the forum's front page."))
    searches: str = Field(
        "", title=N_("Words to search for"), examples=["Kettle Co, kettle.example"], max_length=2000,
        description=N_("Names that are searched in the forum, separated by commas. Empty: only the list of all new "
                       "posts can be watched, which suits a forum of your own."))
    username: str = Field(
        "", title=N_("User name"), examples=["support"], max_length=100,
        description=N_("The forum account in whose name replies are written. Empty: posts are only read."))
    api_key: SecretStr = Field(
        SecretStr(""), title=N_("API key"), examples=["0123456789abcdef"],
        description=N_("Made by an administrator of the forum under Admin, Advanced, API keys, for this user."))

    @field_validator("forum_url")
    @classmethod
    def _address(cls, value: str) -> str:
        return web_root(value, "https://forum.example")

    @field_validator("searches")
    @classmethod
    def _names(cls, value: str) -> str:
        return ", ".join(names(value))


class Discourse(Connector):
    """Newest posts first. A pass reads at most forty pages, so that what it does not list was not removed.

    Limits: by default 60 requests a minute for a key; Retry-After tells how long to wait.
    """

    kind: ClassVar[str] = "discourse"
    label: ClassVar[str] = "Discourse"
    access: ClassVar[str] = N_(
        "Nothing to read a public forum; an API key from the forum's administrator to reply. A forum usually allows 60 "
        "requests a minute, and has rules of its own about companies that answer.")
    can: ClassVar[Can] = Can(
        reply=ReplyMode.THREAD, edit_reply=True, delete_reply=True, find_replies=True, max_reply_chars=LONGEST,
        sees_edits=True)
    Settings: ClassVar[type[BaseModel]] = DiscourseSettings
    settings: DiscourseSettings

    def __init__(self, settings: BaseModel, http: Http) -> None:
        super().__init__(settings, http)
        self._key = self.settings.api_key.get_secret_value()
        if not (self._key and self.settings.username):
            vars(self)["can"] = self.can.model_copy(update={
                "reply": ReplyMode.NONE, "edit_reply": False, "delete_reply": False})

    async def check(self) -> Identity:
        """The forum by its title, and the user of the key."""
        title = one_line(str(part(whole(await self._get("about.json")), "about", "title") or self._host()))
        if not self._key:
            return Identity(name=title)
        user = part(whole(await self._get("session/current.json")), "current_user", "username")
        return Identity(name=f"{title} ({user})", external_id=str(user or ""))

    async def places(self) -> list[Place]:
        """All new posts, and each search."""
        url = self.settings.forum_url
        return [Place(external_id=ALL_POSTS, name=self._host(), url=url), *(
            Place(external_id=f"search:{name}", name=f"{name} ({self._host()})", url=f"{url}/search?q={quote(name)}")
            for name in names(self.settings.searches))]

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Pages of posts, newest first; never complete."""
        pages = self._latest() if place.external_id == ALL_POSTS else self._found(place.external_id[len("search:"):])
        done = cursor or {"read_whole": True}
        async for posts, last in pages:
            items, unreadable = self.read_all(self._told(posts))
            yield Batch(items=items, unreadable=unreadable, cursor=done if last or cursor else None)

    async def _latest(self) -> AsyncIterator[tuple[list[Any], bool]]:
        before = 0
        for page in range(1, PAGES + 1):
            posts = rows(await self._get("posts.json", **({"before": before} if before else {})), "latest_posts")
            numbers = [post["id"] for post in posts if isinstance(part(post, "id"), int)]
            before = (min(numbers) if numbers else before - NUMBERS_PER_PAGE + 1) - 1
            last = before <= 0 or page == PAGES
            yield posts, last
            if last:
                return

    async def _found(self, term: str) -> AsyncIterator[tuple[list[Any], bool]]:
        """Search shows snippets only: the whole posts are read topic by topic."""
        for page in range(1, PAGES + 1):
            answer = await self._get("search.json", q=f'"{term}" order:latest', page=page)
            hits = [hit for hit in rows(answer, "posts", missing_is_empty=True) if isinstance(hit, dict)]
            more = part(whole(answer), "grouped_search_result", "more_full_page_results")
            titles = {one.get("id"): one.get("title") for one in rows(answer, "topics", missing_is_empty=True)
                      if isinstance(one, dict)}
            posts: list[Any] = []
            for topic in dict.fromkeys(hit.get("topic_id") for hit in hits):
                ids = [str(hit.get("id")) for hit in hits if hit.get("topic_id") == topic]
                posts += [{**post, "title": titles.get(topic)} for post in await self._posts(topic, ids)]
            last = not more or page == PAGES
            yield posts, last
            if last:
                return

    async def _posts(self, topic: Any, ids: list[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for start in range(0, len(ids), IDS_PER_REQUEST):
            answer = await self._get(f"t/{_number(topic)}/posts.json",
                                     **{"post_ids[]": ids[start:start + IDS_PER_REQUEST], "include_raw": "true"})
            stream = part(whole(answer), "post_stream", "posts")
            if not isinstance(stream, list):
                raise Surprise(N_("The forum sent a topic without its posts."), raw=answer.excerpt())
            found += [post for post in stream if isinstance(post, dict)]
        return found

    def _told(self, posts: list[Any]) -> Iterable[Any]:
        """Posts with what the forum does not say in each: whether it is ours, and which post it answers."""
        ids = {(part(post, "topic_id"), part(post, "post_number")): part(post, "id") for post in posts}
        me = self.settings.username.lower()
        for post in posts:
            yield {**post, "forum": self.settings.forum_url,
                   "ours": bool(me) and str(post.get("username")).lower() == me,
                   "parent": ids.get((post.get("topic_id"), _maybe(post.get("reply_to_post_number"))))
                   } if isinstance(post, dict) else post

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One whole post; ``reply_to_post_number`` counts inside the topic and is no id."""
        number, topic = int(raw["post_number"]), an_id(raw["topic_id"])
        created = iso(raw.get("created_at"))
        edited = raw.get("version", 1) > 1
        gone = raw.get("deleted_at") or raw.get("user_deleted")
        return Item(
            external_id=an_id(raw["id"]), kind=ItemKind.MENTION if number == 1 else ItemKind.COMMENT, thread_id=topic,
            parent_id=str(raw.get("parent") or ""), author_name=one_line(raw.get("name") or raw["username"]),
            author_id=raw["username"], author_url=f"{raw.get('forum', '')}/u/{quote(raw['username'])}",
            url=f"{raw.get('forum', '')}/t/{raw.get('topic_slug') or '-'}/{topic}/{number}",
            title=one_line(raw.get("title") or raw.get("topic_title") or "") if number == 1 else "",
            text=clean(raw["raw"]) if raw.get("raw") is not None else to_plain(raw["cooked"]), created_at=created,
            edited_at=later(iso(raw.get("updated_at")), created) if edited else None, ours=bool(raw.get("ours")),
            status=Published.REMOVED if gone else Published.HELD if raw.get("hidden") else Published.PUBLISHED,
            raw=dict(raw))

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """A post in the topic that answers the item; HELD without a number when moderators look first."""
        answer = await self._send("POST", "posts.json", {
            "raw": text, "topic_id": _number(item.thread_id), "reply_to_post_number": _number(item.raw["post_number"])})
        return saved(answer, lambda body: self._posted(body, item.external_id))

    async def edit_reply(self, item: Item, reply: PostedReply, text: str) -> PostedReply:
        """Replace the text of a post of ours."""
        answer = await self._send("PUT", f"posts/{_number(reply.external_id)}.json", {"post": {"raw": text}})
        return saved(answer, lambda body: self._posted(body["post"], item.external_id))

    async def delete_reply(self, item: Item, reply: PostedReply) -> None:
        """Take a post of ours back; one that is gone already is as good."""
        try:
            await self._send("DELETE", f"posts/{_number(reply.external_id)}.json", None)
        except Gone:
            return

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """Later posts of the topic that answer the item; in an answer to the first post the number may be missing."""
        number = _number(item.raw["post_number"])
        topic = whole(await self._get(f"t/{_number(item.thread_id)}.json"))
        stream = part(topic, "post_stream", "stream")
        later_ids = [str(one) for one in stream if isinstance(one, int) and one > _number(item.external_id)] if (
            isinstance(stream, list)) else []
        posts = await self._posts(item.thread_id, later_ids)
        return [self._posted(post, item.external_id) for post in self._told(posts)
                if _maybe(post.get("reply_to_post_number")) in ((number, None) if number == 1 else (number,))]

    def _posted(self, raw: Any, parent: str) -> PostedReply:
        if raw.get("action") == "enqueued":
            return PostedReply(external_id=f"pending-{part(raw, 'pending_post', 'id')}", parent_id=parent, ours=True,
                               text=clean(str(part(raw, "pending_post", "raw") or "")), status=Published.HELD)
        item = self.read({**next(iter(self._told([raw])))})
        return PostedReply(external_id=item.external_id, text=item.text, url=item.url, author_name=item.author_name,
                           parent_id=parent, created_at=item.created_at, ours=item.ours, status=item.status)

    def _host(self) -> str:
        return urlsplit(self.settings.forum_url).netloc

    def _headers(self) -> dict[str, str]:
        key = {"Api-Key": self._key, "Api-Username": self.settings.username} if self._key else {}
        return {"Accept": "application/json", **key}

    async def _get(self, path: str, **params: Any) -> Answer:
        asked: Params = params
        return await self.http.get(f"{self.settings.forum_url}/{path}", params=asked, headers=self._headers(),
                                   meaning=meaning)

    async def _send(self, method: str, path: str, body: Any) -> Answer:
        if not (self._key and self.settings.username):
            raise NotSupported(N_("Replies need a user name and an API key in the settings of the source."))
        return await self.http.send(method, f"{self.settings.forum_url}/{path}", json=body, headers=self._headers(),
                                    meaning=meaning, ok=frozenset({200, 201, 204}))


def meaning(answer: Answer) -> ConnectorError | None:
    """What the forum's errors ask of whom; a wrong key is 403 there, not 401."""
    body, raw = said(answer), answer.excerpt()
    listed = body.get("errors")
    detail = " ".join(str(one) for one in listed)[:300] if isinstance(listed, list) else ""
    if answer.status < 400 or not detail:
        return None
    if answer.status == 429 or body.get("error_type") == "rate_limit":
        wait = part(body, "extras", "wait_seconds")
        return TryLater(N_("The forum asks us to slow down. It is asked again later."), raw=raw,
                        retry_after=float(wait) if isinstance(wait, int | float) else None)
    if answer.status in (401, 403):
        return AccessDenied(N_("The forum refuses access: {detail} Check the API key and the user name."), raw=raw,
                            detail=detail)
    if answer.status in (404, 410):
        return Gone(N_("The forum does not have this any more: {detail}"), raw=raw, detail=detail)
    return Refused(N_("The forum refuses the reply: {detail}"), raw=raw, detail=detail) if answer.written else None


def _maybe(value: Any) -> int | None:
    """A post number, which the forum gives as a number, as text or as null."""
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else None


def _number(value: Any) -> int:
    number = _maybe(value)
    if number is None:
        raise Surprise(N_("“{id}” is not the number of a post or a topic."), id=str(value)[:100])
    return number
