"""Customer cards as pages show them: the list, one card with all that is joined on it, and what a merge would join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.numbers import format_decimal
from sqlmodel import Session, col, select

from connectors.errors import N_
from inbox.access import Visitor
from inbox.behind_page import Line, line
from inbox.shown import Moment, moment, platform_label
from inbox.views_cases import STAGES
from monitor import customer_list, customers
from monitor.customer_list import CustomerPage
from monitor.models import Customer, CustomerIdentity, CustomerMerge, IdentityKind, Item, Order, Source, TeamMember
from replies.models import Case, CaseItem, Reply, Stage

KINDS = {IdentityKind.EMAIL: N_("E-mail"), IdentityKind.PHONE: N_("Phone"), IdentityKind.PLATFORM: N_("Account")}
STAGE_WORDS = {**dict(STAGES), Stage.CLOSED: N_("Closed")}
SHOWN = 50


@dataclass(frozen=True)
class Row:
    id: int
    name: str
    items: int
    orders: int
    last: Moment | None


@dataclass(frozen=True)
class OrderLine:
    number: str
    name: str
    day: str
    product: str
    amount: str


@dataclass(frozen=True)
class CaseLine:
    number: int
    title: str
    stage: str
    day: str


@dataclass(frozen=True)
class ReplyLine:
    item_id: int
    text: str
    language: str
    author: str
    when: Moment


@dataclass(frozen=True)
class MergeLine:
    """A merge; ``is_standing`` can be taken apart."""

    id: int
    other_id: int
    other: str
    by: str
    when: Moment
    undone: Moment | None
    moved: tuple[int, int, int]
    is_standing: bool


@dataclass(frozen=True)
class CardView:
    """Everything on one card. ``identities`` are hidden from those who only look."""

    id: int
    name: str
    identities: list[tuple[str, str]]
    items: list[Line]
    items_total: int
    orders: list[OrderLine]
    orders_total: int
    cases: list[CaseLine]
    replies: list[ReplyLine]
    merges: list[MergeLine]


def rows(visitor: Visitor, found: CustomerPage) -> list[Row]:
    """The rows of a list of cards."""
    return [Row(one.customer.id or 0, one.name, one.items, one.orders, _moment(visitor, one.last_at) if one.last_at
                else None) for one in found.rows]


def _moment(visitor: Visitor, at: datetime) -> Moment:
    return moment(at, visitor.formats.when(at), visitor.formats)


def card_view(session: Session, visitor: Visitor, card: customers.Card) -> CardView:
    """One card; a fixed number of queries."""
    number = card.customer.id or 0
    _, items_total, orders_total = customer_list.size(session, number)
    sources = {row.id: row for row in session.exec(select(Source).where(
        col(Source.id).in_({item.source_id for item in card.items})))}
    people = {row.id or 0: row.name for row in session.exec(select(TeamMember))}
    return CardView(
        id=number, name=card.name, identities=identities(visitor, card.identities),
        items=[line(visitor, item, sources.get(item.source_id)) for item in card.items[:SHOWN]],
        items_total=items_total, orders=[order_line(visitor, order) for order in card.orders[:SHOWN]],
        orders_total=orders_total, cases=_cases(session, visitor, number),
        replies=_replies(session, visitor, number, people), merges=_merges(session, visitor, number, people))


def identities(visitor: Visitor, known: Sequence[CustomerIdentity]) -> list[tuple[str, str]]:
    """How the customer is recognised; contacts only for those who may write to them."""
    found = []
    for one in known:
        if one.kind is IdentityKind.PLATFORM:
            kind, _, account = one.value.partition(":")
            found.append((platform_label(kind), account))
        elif visitor.writes:
            found.append((KINDS[one.kind], one.value))
    return [(visitor.words._(label), value) for label, value in found]


def _amount(visitor: Visitor, amount: float, currency: str) -> str:
    return f"{format_decimal(amount, format='#,##0.00', locale=visitor.formats.locale)} {currency}".strip()


def order_line(visitor: Visitor, order: Order) -> OrderLine:
    """An order in a list."""
    amount = "" if order.amount is None else _amount(visitor, order.amount, order.currency)
    return OrderLine(number=order.number, name=order.name, product=order.product, amount=amount,
                     day=visitor.formats.day(order.placed_at) if order.placed_at else "")


def _cases(session: Session, visitor: Visitor, number: int) -> list[CaseLine]:
    joined = select(CaseItem.case_id).join(Item, col(Item.id) == col(CaseItem.item_id)).where(
        col(Item.customer_id) == number)
    found = session.exec(select(Case).where(col(Case.id).in_(joined)).order_by(col(Case.number).desc()).limit(SHOWN))
    return [CaseLine(row.number, row.title, visitor.words._(STAGE_WORDS[row.stage]), visitor.formats.day(
        row.opened_at)) for row in found]


def _replies(session: Session, visitor: Visitor, number: int, people: dict[int, str]) -> list[ReplyLine]:
    found = session.exec(select(Reply).join(Item, col(Item.id) == col(Reply.item_id)).where(
        col(Item.customer_id) == number, col(Reply.posted_at).is_not(None)).order_by(col(Reply.posted_at).desc())
        .limit(SHOWN))
    return [ReplyLine(row.item_id, row.text, row.language, people.get(row.author_id or 0, ""),
                      _moment(visitor, row.posted_at)) for row in found if row.posted_at]


def _merges(session: Session, visitor: Visitor, number: int, people: dict[int, str]) -> list[MergeLine]:
    found = session.exec(select(CustomerMerge, Customer).join(
        Customer, col(Customer.id) == col(CustomerMerge.merged_id)).where(CustomerMerge.kept_id == number)
        .order_by(col(CustomerMerge.id).desc()).limit(SHOWN)).all()
    shown = []
    for row, other in found:
        counts = [len(row.moved.get(name, [])) for name in ("identities", "items", "orders")]
        shown.append(MergeLine(
            id=row.id or 0, other_id=row.merged_id, other=other.name, when=_moment(visitor, row.at),
            by=people.get(row.by_id or 0, visitor.words._("Otklik")), moved=(counts[0], counts[1], counts[2]),
            undone=_moment(visitor, row.undone_at) if row.undone_at else None, is_standing=row.undone_at is None))
    return shown
