"""The contract between Otklik and a platform: what is heard, what may be said, what a platform can do."""

from __future__ import annotations

from abc import ABC
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from connectors.errors import N_, NotSupported, Surprise

if TYPE_CHECKING:
    from connectors.http import Http

Raw = Mapping[str, Any]
Cursor = dict[str, Any]


class ItemKind(StrEnum):
    REVIEW = "review"
    MENTION = "mention"
    COMMENT = "comment"
    QUESTION = "question"
    COMPLAINT = "complaint"
    THANKS = "thanks"
    SURVEY_ANSWER = "survey_answer"


class Channel(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Published(StrEnum):
    """Where an item or a reply stands on its platform."""

    PUBLISHED = "published"
    HELD = "held"
    SPAM = "spam"
    REJECTED = "rejected"
    REMOVED = "removed"


class ReplyMode(StrEnum):
    """``single``: one owner reply that a new one replaces; ``thread``: many."""

    NONE = "none"
    SINGLE = "single"
    THREAD = "thread"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Can(Frozen):
    """What a platform offers: shown to users as badges, an error when exceeded."""

    polls: bool = True
    reply: ReplyMode = ReplyMode.NONE
    edit_reply: bool = False
    delete_reply: bool = False
    find_replies: bool = False
    max_reply_chars: int | None = None
    idempotent_reply: bool = False
    gives_ip: bool = False
    gives_city: bool = False
    gives_verified_purchase: bool = False
    sees_edits: bool = False
    reports_total: bool = False
    report_abuse: bool = False
    manual_url: bool = True


class Identity(Frozen):
    """Who we are on a platform, as ``check`` found it."""

    name: str
    external_id: str = ""
    expires_at: AwareDatetime | None = None
    warnings: tuple[str, ...] = ()


class Place(Frozen):
    """One thing that can be watched: a location, an app, a product, a search."""

    external_id: str
    name: str
    url: str = ""


class PostedReply(Frozen):
    """A reply as it stands on the platform, ours or somebody else's.

    ``ours`` is None where the platform does not tell; ``parent_id`` is the external id of what it answers.
    """

    external_id: str
    text: str
    url: str = ""
    author_name: str = ""
    parent_id: str = ""
    created_at: AwareDatetime | None = None
    edited_at: AwareDatetime | None = None
    ours: bool | None = None
    status: Published = Published.PUBLISHED


class Item(Frozen):
    """One thing that somebody said, exactly as the platform gave it; all text is plain text.

    ``rating`` is on the platform's own scale from ``rating_worst`` to ``rating_best``; None means that none was given.
    ``ours`` marks what our own account wrote: memory keeps it as a reply and never as an item.
    """

    external_id: str = Field(min_length=1, max_length=500)
    kind: ItemKind
    channel: Channel = Channel.OPEN
    thread_id: str = ""
    parent_id: str = ""
    url: str = ""
    author_name: str = ""
    author_id: str = ""
    author_email: str = ""
    author_phone: str = ""
    author_url: str = ""
    city: str = ""
    country: str = ""
    ip: str = ""
    verified_purchase: bool | None = None
    order_number: str = ""
    rating: float | None = None
    rating_best: float = 5
    rating_worst: float = 1
    title: str = ""
    text: str = ""
    pros: str = ""
    cons: str = ""
    photos: tuple[str, ...] = ()
    language: str = ""
    created_at: AwareDatetime | None = None
    edited_at: AwareDatetime | None = None
    status: Published = Published.PUBLISHED
    ours: bool = False
    replies: tuple[PostedReply, ...] = ()
    raw: dict[str, Any] = Field(default_factory=dict)


class Unreadable(Frozen):
    """A raw answer that ``parse`` could not read: memory sets it aside with the error; its neighbours go on."""

    raw: Any
    error: str
    external_id: str = ""


class Batch(Frozen):
    """What one page brought.

    ``cursor`` None means "not safe to save yet". ``total`` is the platform's own count of the place.
    ``complete`` means that this pass has now listed all that exists there, so that what is missing was removed.
    ``newest_first`` lets a fast pass stop at the first page without anything new.
    """

    items: tuple[Item, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    cursor: Cursor | None = None
    total: int | None = None
    complete: bool = False
    newest_first: bool = True


class Connector(ABC):
    """One platform. Holds its settings and the only way out, ``http``; knows no database.

    ``fetch(place, cursor)`` with the saved cursor is a fast pass, newest first: the poller stops reading when a page
    holds nothing new. ``fetch(place, None)`` is a sweep and lists everything. Errors are those of ``errors.py``.
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    access: ClassVar[str] = ""
    can: ClassVar[Can]
    Settings: ClassVar[type[BaseModel]]

    def __init__(self, settings: BaseModel, http: Http) -> None:
        self.settings = settings
        self.http = http

    async def check(self) -> Identity:
        """Who am I there? Is the key still good? Raises AccessDenied with the remedy when not."""
        raise NotSupported(N_("{platform} has nothing to check."), platform=self.label)

    async def places(self) -> list[Place]:
        """What can be watched with this key."""
        raise NotSupported(N_("{platform} lists no places."), platform=self.label)

    def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Pages of what was said at the place; see the class for what ``cursor`` decides."""
        raise NotSupported(N_("{platform} is not polled."), platform=self.label)

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One raw answer as an Item; pure. Raises Surprise, KeyError, ValueError or TypeError when unreadable."""
        raise NotImplementedError

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """Say ``text`` publicly under ``item``, once; ``key`` is the same for every try of one reply."""
        raise NotSupported(N_("{platform} takes no replies."), platform=self.label)

    async def edit_reply(self, item: Item, reply: PostedReply, text: str) -> PostedReply:
        """Replace the text of a reply of ours."""
        raise NotSupported(N_("{platform} cannot edit a reply."), platform=self.label)

    async def delete_reply(self, item: Item, reply: PostedReply) -> None:
        """Take a reply of ours back."""
        raise NotSupported(N_("{platform} cannot delete a reply."), platform=self.label)

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """Ours and others' replies to the item as a reader would see them, for proof."""
        raise NotSupported(N_("{platform} shows no replies."), platform=self.label)

    @classmethod
    def reply_length(cls, text: str) -> int:
        """Length of a reply in the platform's own unit (characters unless a connector says otherwise)."""
        return len(text)

    @classmethod
    def read(cls, raw: Raw) -> Item:
        """``parse`` with every way of being unreadable turned into Surprise."""
        try:
            return cls.parse(raw)
        except Surprise:
            raise
        except (LookupError, ValueError, TypeError, AttributeError, OverflowError, ValidationError) as error:
            raise Surprise(N_("An entry cannot be read: {error}"), raw=str(raw)[:2000],
                           error=f"{type(error).__name__}: {error}"[:500]) from error

    @classmethod
    def read_all(cls, raws: Iterable[Raw]) -> tuple[tuple[Item, ...], tuple[Unreadable, ...]]:
        """Read a page: the readable items and, apart from them, what could not be read."""
        items: list[Item] = []
        unreadable: list[Unreadable] = []
        for raw in raws:
            try:
                items.append(cls.read(raw))
            except Surprise as error:
                external_id = raw.get("id", "") if isinstance(raw, Mapping) else ""
                unreadable.append(Unreadable(raw=raw, error=error.says, external_id=str(external_id)))
        return tuple(items), tuple(unreadable)


def five_stars(item: Item) -> float | None:
    """The rating on the common scale of 1 to 5, by linear mapping; None when none was given."""
    if item.rating is None or item.rating_best == item.rating_worst:
        return None
    share = (item.rating - item.rating_worst) / (item.rating_best - item.rating_worst)
    return round(1 + 4 * min(1.0, max(0.0, share)), 2)


def utc_or_none(moment: datetime | None) -> datetime | None:
    """The moment when it is aware, else None: a naive time from outside is worth nothing."""
    return moment if moment is not None and moment.tzinfo is not None else None
