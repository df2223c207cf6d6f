"""What guidance must know beside the text: the item, the customer, the brand, the platform, our recent replies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from connectors.base import Connector
from monitor.models import Brand, CustomerIdentity, Item, Order
from replies.models import Reply
from replies.settings import RepliesSettings
from replies.states import PUBLIC

NEGATIVE_UP_TO = 3.0
"""Of five stars; three stars are a complaint told politely."""


@dataclass(frozen=True)
class GuidanceFacts:
    """``language`` is used when the text does not show its own. ``limit`` is in the unit that ``length`` counts.

    ``own_contacts`` may stand in public; ``personal`` (phones, e-mails, order numbers of the customer) may not.
    """

    language: str = "en"
    negative: bool = False
    author_name: str = ""
    tone: str = "personal"
    forbidden_words: tuple[str, ...] = ()
    own_contacts: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()
    limit: int | None = None
    length: Callable[[str], int] = len
    similar_percent: int = 85


def facts_for(session: Session, item: Item, settings: RepliesSettings, platform: type[Connector] | None, *,
              reply: Reply | None = None) -> GuidanceFacts:
    """Everything about an item that a text under it is checked against; ``reply`` is the one being written."""
    brand = session.get_one(Brand, item.brand_id)
    return GuidanceFacts(
        language=(reply.language if reply else "") or item.language or brand.language,
        negative=(item.rating is not None and item.rating <= NEGATIVE_UP_TO) or item.kind == "complaint",
        author_name=item.author_name, tone=brand.tone, forbidden_words=tuple(brand.forbidden_words),
        own_contacts=tuple(value for value in (brand.contact, brand.signature) if value),
        personal=_personal(session, item), recent=_recent(session, item, settings, reply),
        limit=platform.can.max_reply_chars if platform else None,
        length=platform.reply_length if platform else len, similar_percent=settings.similar_reply_percent)


def _personal(session: Session, item: Item) -> tuple[str, ...]:
    known = {item.author_email, item.author_phone, item.order_number}
    if item.customer_id is not None:
        known |= set(session.exec(select(CustomerIdentity.value).where(
            CustomerIdentity.customer_id == item.customer_id, CustomerIdentity.kind != "platform")))
        known |= set(session.exec(select(Order.number).where(Order.customer_id == item.customer_id)))
    return tuple(sorted(value for value in known if len(value) > 3))


def _recent(session: Session, item: Item, settings: RepliesSettings, reply: Reply | None) -> tuple[str, ...]:
    own = reply.id if reply else None
    rows = session.exec(
        select(Reply.id, Reply.text).join(Item, col(Item.id) == col(Reply.item_id))
        .where(Item.brand_id == item.brand_id, col(Reply.state).in_(PUBLIC), Item.id != item.id)
        .order_by(col(Reply.id).desc()).limit(settings.recent_replies))
    return tuple(text for reply_id, text in rows if reply_id != own)
