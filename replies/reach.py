"""How a reply can reach the platform of an item: which connector, what it can, and the item as it expects it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlmodel import Session

from connectors import base, kinds
from connectors.base import Connector, ReplyMode
from monitor.models import Item, Source
from monitor.tools import Tools

Platforms = Mapping[str, type[Connector]]
Connect = Callable[[Source, Tools], Connector]


def platform(session: Session, item: Item, platforms: Platforms | None = None) -> type[Connector] | None:
    """The connector class of the item's source; None when it is not installed any more."""
    source = session.get_one(Source, item.source_id)
    return (kinds() if platforms is None else platforms).get(source.kind)


def mode(platform: type[Connector] | None, item: Item) -> ReplyMode:
    """How many replies of ours the platform shows under the item; none for what was said in private."""
    if platform is None or item.channel is not base.Channel.OPEN:
        return ReplyMode.NONE
    return platform.can.reply


def heard(item: Item) -> base.Item:
    """The stored item as its connector gave it."""
    return base.Item(
        external_id=item.external_id, kind=item.kind, channel=item.channel, thread_id=item.thread_id,
        parent_id=item.parent_id, url=item.url, author_name=item.author_name, author_id=item.author_id,
        author_email=item.author_email, author_url=item.author_url, city=item.city, country=item.country, ip=item.ip,
        verified_purchase=item.verified_purchase, order_number=item.order_number, rating=item.rating_given,
        rating_best=item.rating_best, title=item.title, text=item.text, pros=item.pros, cons=item.cons,
        photos=tuple(item.photos), language=item.language, created_at=item.published_at, edited_at=item.edited_at,
        status=item.status, raw=item.raw)
