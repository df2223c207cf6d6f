"""Whatever is merged in whatever order, taking all merges apart restores every card exactly."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, create_engine, select

from monitor import customers
from monitor.models import Brand, Customer, CustomerIdentity, CustomerMerge, IdentityKind, Order

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
CARDS = 4
Steps = list[tuple[bool, int, int]]


def small_world() -> Session:
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    session = Session(engine)
    session.add(Brand(id=1, name="Kafe Saule", slug="kafe-saule"))
    for number in range(1, CARDS + 1):
        session.add(Customer(id=number, brand_id=1, created_at=NOW))
        session.flush()
        session.add(CustomerIdentity(brand_id=1, customer_id=number, kind=IdentityKind.PLATFORM, value=f"x:{number}"))
        session.add(Order(brand_id=1, number=f"K-{number}", customer_id=number))
    session.flush()
    return session


def state(session: Session) -> list[object]:
    session.expire_all()
    return [[(row.id, row.customer_id) for row in session.exec(select(CustomerIdentity))],
            [(row.id, row.customer_id) for row in session.exec(select(Order))],
            [(row.id, row.merged_into_id) for row in session.exec(select(Customer))]]


def play(session: Session, steps: Steps) -> None:
    for joins, one, other in steps:
        if not joins:
            customers.unmerge(session, one + 1, None, NOW)
            continue
        try:
            customers.merge(session, one + 1, other + 1, None, NOW)
        except customers.CannotMerge:
            continue


def standing(session: Session) -> list[int]:
    return [row.id for row in session.exec(select(CustomerMerge)) if row.undone_at is None and row.id is not None]


steps = st.lists(st.tuples(st.booleans(), st.integers(0, CARDS - 1), st.integers(0, CARDS - 1)), max_size=12)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=steps, data=st.data())
def test_merges_taken_apart_in_any_order_restore_every_card(steps: Steps, data: st.DataObject) -> None:
    session = small_world()
    before = state(session)
    play(session, steps)
    for merge_id in data.draw(st.permutations(standing(session))):
        assert customers.unmerge(session, merge_id, None, NOW)
    assert state(session) == before
    session.close()
    session.get_bind().dispose()  # type: ignore[union-attr]


@settings(max_examples=60, deadline=None)
@given(steps=steps)
def test_every_row_is_on_a_card_that_stands(steps: Steps) -> None:
    session = small_world()
    play(session, steps)
    standing_cards = set(session.exec(select(Customer.id).where(Customer.merged_into_id == None)))  # noqa: E711
    assert {row.customer_id for row in session.exec(select(Order))} <= standing_cards
    session.close()
    session.get_bind().dispose()  # type: ignore[union-attr]
