"""Mail from the panel itself is only kept (G5), or goes to an outside address."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from delivery import notices
from delivery.notices import Postponed, send_notice
from delivery.tasks import notify
from mailaccounts.store import StoreUnavailable
from tests.make import make_mail_group, make_mailbox, make_redirect

WHAT = {"what": "one\ntwo"}


@pytest.fixture(autouse=True)
def places(settings, monkeypatch, store, sink):
    """A template of our own, a mailbox store and a next host."""
    (templates,) = settings.TEMPLATES
    folder = Path(__file__).parent / "templates"
    settings.TEMPLATES = [{**templates, "DIRS": [*templates["DIRS"], folder]}]
    settings.ANSWER_RELAY_URL = f"smtp://127.0.0.1:{sink.port}"
    monkeypatch.setattr(notices, "mail_store", lambda: store)


def send(account, *, to="", key="one"):
    return send_notice(account, "greeting", WHAT, to=to, key=key, now=timezone.now())


def test_it_is_kept_in_the_language_of_the_account_and_goes_nowhere_else(alice, kept, sink):
    make_redirect(alice, "far@elsewhere.example")
    make_mail_group(alice, "member@elsewhere.example")
    alice.language = "fr"

    assert send(alice) is True

    (raw,) = kept(alice)
    message = message_from_bytes(raw, policy=default)
    assert message["Subject"] == "Accueil & one two"
    assert message["To"] == "alice@example.com"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Return-Path"] == "<>"
    assert message.get_content().startswith("alice@example.com <one\r\ntwo>\r\n")
    assert sink.messages == []


def test_sent_again_under_its_key_it_is_kept_once(alice, kept):
    for key in ("one", "one", "two"):
        send(alice, key=key)

    assert len(kept(alice)) == 2


def test_to_an_outside_address_it_leaves_with_the_null_sender(alice, kept, sink):
    assert send(alice, to="mother@far.example") is True

    assert (kept(alice), len(sink.messages)) == ([], 1)
    assert sink.taken[0].sender == ""


def test_an_address_of_ours_keeps_it_without_any_step(alice, bob, kept, sink):
    make_redirect(bob, "far@elsewhere.example")

    assert send(alice, to="bob+tag@example.com") is True

    assert (kept(alice), len(kept(bob)), sink.messages) == ([], 1, [])


def test_without_a_mailbox_it_has_nowhere_to_go(alice, kept):
    make_mailbox(alice, enabled=False)

    assert send(alice) is False
    assert kept(alice) == []


def test_a_next_host_that_is_down_postpones_it(alice, settings):
    settings.ANSWER_RELAY_URL = "smtp://127.0.0.1:1"

    with pytest.raises(Postponed):
        send(alice, to="mother@far.example")


def test_the_worker_tries_again_later(alice, settings, kept, monkeypatch):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    with monkeypatch.context() as broken:
        broken.setattr(notices, "mail_store", _unavailable)
        notify.call(alice.pk, "greeting", WHAT)
    (later,) = DBTaskResult.objects.all()
    assert (later.run_after > timezone.now(), kept(alice)) == (True, [])

    later.task.call(*later.args_kwargs["args"], **later.args_kwargs["kwargs"])

    assert len(kept(alice)) == 1


def _unavailable():
    raise StoreUnavailable("on purpose")
