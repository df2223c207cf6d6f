"""One mail reaches its reader once, whatever breaks; what cannot be known is shown and never sent again by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlmodel import select

from inbox import deliveries, mail
from inbox.config import Config, Settings
from inbox.house import House, new_http
from inbox.mail_server import Notice
from inbox.models import Delivery, DeliveryState
from monitor.db import Database
from monitor.vault import Vault
from tests.fakes.mail_server import MailServer, running
from tests.world import World

DATA = {"author": "Edgars V.", "customer": "Marta", "brand": "Kafe Saule", "text": "Thank you.\n.hidden dot",
        "path": "/c/1"}
STEPS = ("claimed", "connect", "body", "end", "answered")


class Killed(BaseException):
    """The process is gone: nothing of ours may catch this."""


@pytest.fixture
def server() -> Iterator[tuple[MailServer, int]]:
    with running() as (server, port):
        yield server, port


def post_house(db: Database, folder: Path, port: int) -> House:
    """A house whose mail goes to a server on loopback."""
    settings = Settings.model_validate({"inbox": {"mail": {
        "host": "127.0.0.1", "port": port, "security": "none", "sender": "Otklik <otklik@kafesaule.example>"}}})
    config = Config(settings=settings, var=folder, database_url=db.url)
    return House(config=config, db=db, vault=Vault.at(folder / "secret.key"), http=new_http(config))


@pytest.fixture
def post(world: World, server: tuple[MailServer, int], tmp_path: Path) -> House:
    """A house with one mail in its outbox."""
    house = post_house(world.db, tmp_path, server[1])
    assert queue(house, world)
    return house


def queue(house: House, world: World, key: str = "k1", name: str = "approval_wanted") -> bool:
    with house.db.write() as session:
        return deliveries.write(session, house.config.inbox.mail, name, world.anna, key, world.now, DATA)


def row(house: House) -> Delivery:
    with house.db.read() as session:
        return session.exec(select(Delivery)).one()


def crash_at(wanted: str) -> Notice:
    def notice(step: str) -> None:
        if step == wanted:
            raise Killed
    return notice


def part(letter: EmailMessage, kind: str) -> str:
    found = letter.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def test_a_mail_arrives_whole(post: House, world: World, server: tuple[MailServer, int]) -> None:
    assert mail.send_due(post, world.now) == 1
    [letter] = server[0].letters
    assert letter["To"] == "anna@kafesaule.example"
    assert letter["Message-ID"] == row(post).message_id
    assert "\n.hidden dot" in part(letter, "plain").replace("\r", "")
    assert "Thank you." in part(letter, "html")
    assert (row(post).state, row(post).sent_at) == (DeliveryState.SENT, world.now)


def test_a_mail_is_queued_once_and_sent_once(post: House, world: World, server: tuple[MailServer, int]) -> None:
    assert not queue(post, world)
    for _ in range(3):
        mail.send_due(post, world.now)
    assert len(server[0].letters) == 1


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_step_sends_one_mail_or_leaves_it_in_doubt(post: House, world: World, step: str,
                                                                  server: tuple[MailServer, int]) -> None:
    with pytest.raises(Killed):
        mail.send_due(post, world.now, crash_at(step))
    for minutes in (20, 40, 600):
        mail.send_due(post, world.now + timedelta(minutes=minutes))
    in_doubt = step in ("end", "answered")
    assert len(server[0].letters) == (0 if step == "end" else 1)
    assert row(post).state is (DeliveryState.IN_DOUBT if in_doubt else DeliveryState.SENT)


@pytest.mark.parametrize("kept", [True, False])
def test_an_answer_that_never_comes_is_a_doubt_and_nothing_is_sent_again(post: House, world: World, kept: bool,
                                                                         server: tuple[MailServer, int]) -> None:
    server[0].answer, server[0].forget = "", not kept
    assert mail.send_due(post, world.now) == 0
    server[0].answer = "250 OK"
    mail.send_due(post, world.now + timedelta(days=1))
    assert (len(server[0].letters), row(post).state) == (int(kept), DeliveryState.IN_DOUBT)
    assert "no clear answer" in row(post).error


def test_a_server_that_is_busy_gets_the_mail_later(post: House, world: World, server: tuple[MailServer, int]) -> None:
    server[0].answer = "451 busy"
    mail.send_due(post, world.now)
    server[0].answer = "250 OK"
    assert mail.send_due(post, world.now + timedelta(minutes=4)) == 0
    assert mail.send_due(post, world.now + timedelta(minutes=5)) == 1
    assert len(server[0].letters) == 1


@pytest.mark.parametrize("attribute", ["answer", "rcpt"])
def test_a_mail_that_is_refused_for_good_is_given_up_with_the_reason(post: House, world: World, attribute: str,
                                                                     server: tuple[MailServer, int]) -> None:
    setattr(server[0], attribute, "550 no such mailbox")
    mail.send_due(post, world.now)
    assert row(post).state is DeliveryState.FAILED
    assert "550 no such mailbox" in row(post).error


def test_a_server_that_is_away_is_tried_with_growing_pauses_and_then_given_up(post: House, world: World) -> None:
    away = post.config.inbox.mail.model_copy(update={"port": 1})
    object.__setattr__(post.config.settings.inbox, "mail", away)
    moment, waits = world.now, []
    for _ in range(20):
        mail.send_due(post, moment)
        if row(post).state is DeliveryState.FAILED:
            break
        again = row(post).try_after
        assert again is not None
        waits.append(again - moment)
        moment = again
    assert waits == [timedelta(minutes=5 * 2**n) for n in range(7)]
    assert "cannot be reached" in row(post).error


def test_two_workers_send_one_mail(post: House, world: World, server: tuple[MailServer, int]) -> None:
    def other_worker(step: str) -> None:
        if step == "body":
            assert mail.send_due(post, world.now + timedelta(hours=1)) == 1

    assert mail.send_due(post, world.now, other_worker) == 0
    assert len(server[0].letters) == 1
    assert row(post).state is DeliveryState.SENT


def test_nothing_is_sent_to_a_colleague_who_left(post: House, world: World, server: tuple[MailServer, int]) -> None:
    with world.db.write() as session:
        session.merge(world.anna).active = False
    mail.send_due(post, world.now)
    assert (row(post).state, server[0].letters) == (DeliveryState.SKIPPED, [])


def test_a_header_cannot_be_smuggled_in(post: House, world: World, server: tuple[MailServer, int]) -> None:
    with world.db.write() as session:
        stored = session.exec(select(Delivery)).one()
        stored.data = DATA | {"author": "Eve\r\nBcc: all@example.com\r\n\r\nbody", "customer": "x\u202e\x07y"}
    mail.send_due(post, world.now)
    [letter] = server[0].letters
    assert letter["Bcc"] is None
    assert letter["Subject"].startswith("Eve Bcc: all@example.com body asks you")


def test_a_secret_link_is_unreadable_in_the_outbox_and_gone_after_sending(post: House, world: World,
                                                                          server: tuple[MailServer, int]) -> None:
    sealed = deliveries.sealed(post.vault, {"path": "/reset/s3cret", "until": world.now.isoformat()})
    with world.db.write() as session:
        stored = session.exec(select(Delivery)).one()
        stored.mail, stored.data = "password_reset", sealed
    assert "s3cret" not in str(row(post).data)
    mail.send_due(post, world.now)
    assert "/reset/s3cret" in part(server[0].letters[0], "plain")
    assert row(post).data == {}


def test_without_a_mail_server_mails_wait(post: House, world: World) -> None:
    nowhere = replace(post.config, settings=Settings())
    assert mail.send_due(replace(post, config=nowhere), world.now) == 0
    assert row(post).state is DeliveryState.PENDING
