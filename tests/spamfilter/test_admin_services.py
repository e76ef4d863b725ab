"""What staff see of an account's spam filter and antivirus, and switch. Proves B6, G25, G33."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.utils import timezone

from mailaccounts.models import MailAccount
from spamfilter.bayes import Lessons
from spamfilter.models import Outage, SpamList
from tests.mailaccounts.account_page import account_url, as_it_stands
from tests.make import (
    make_antivirus,
    make_list_entries,
    make_mailbox,
    make_spam_filter,
)
from tests.spamfilter.test_admin_quarantine import make_quarantine

LISTED = "/admin/spamfilter/listentry/?q=alice%40example.com&amp;list__exact="


def lines(page, prefix: str) -> dict[str, str]:
    """The read-only lines of a service's part, by their names."""
    (part,) = (f for f in page.context["inline_admin_formsets"] if f.formset.prefix == prefix)
    return {
        field.field["name"]: str(field.contents())
        for form in part
        for fieldset in form
        for line in fieldset
        for field in line
        if field.is_readonly
    }


@pytest.mark.usefixtures("scanners")
def test_staff_see_what_the_filter_does(as_staff, alice, monkeypatch):
    monkeypatch.setattr("spamfilter.admin.services.lessons", lambda address: Lessons(37, 1200))
    make_spam_filter(alice, required_score="6.5", marker="[junk]", folder="junk", alert_text="Hm.")
    make_list_entries(alice, SpamList.BLACK, "*@a.example", "*@b.example")
    make_list_entries(alice, SpamList.WHITE, "c@c.example")

    shown = lines(as_staff.get(account_url(alice)), "spam_filter")

    assert shown == {
        "applies": "Spam at 6.5 points and more is marked and kept in Junk.",
        "required_score": "6.5",
        "action": "Mark as spam and keep in the mailbox",
        "folder": "Junk folder",
        "subject_marker": "[junk]",
        "alert_text": "Hm.",
        "use_server_settings": shown["use_server_settings"],
        "black_list": f'<a href="{LISTED}black">2</a>',
        "white_list": f'<a href="{LISTED}white">1</a>',
        "learned": "37 spam, 1,200 other messages",
    }
    assert "icon-no" in shown["use_server_settings"]


@pytest.mark.usefixtures("scanners")
def test_staff_see_what_is_in_quarantine(as_staff, alice, bob):
    make_antivirus(alice)
    make_quarantine(alice)
    make_quarantine(bob)

    shown = lines(as_staff.get(account_url(alice)), "antivirus")

    assert shown["in_quarantine"] == (
        '<a href="/admin/spamfilter/quarantine/?q=alice%40example.com">1</a>'
    )


@pytest.mark.parametrize("prefix", ["spam_filter", "antivirus"])
def test_staff_see_why_nothing_happens(as_staff, alice, prefix, settings):
    make_spam_filter(alice)
    make_antivirus(alice)
    page = as_staff.get(account_url(alice))
    assert lines(page, prefix)["applies"] == "Not available on this server"

    settings.SPAMD_URL, settings.CLAMD_URL = "spamd://127.0.0.1:1", "clamd://127.0.0.1:1"
    make_mailbox(alice, enabled=False)
    page = as_staff.get(account_url(alice))
    assert lines(page, prefix)["applies"] == "Needs a mailbox, which is off."


@pytest.mark.usefixtures("scanners")
def test_staff_see_that_a_scanner_is_silent(as_staff, alice):
    make_spam_filter(alice)
    cache.clear()
    Outage.objects.create(scanner="spamd", since=timezone.now())

    shown = lines(as_staff.get(account_url(alice)), "spam_filter")
    cache.clear()

    assert shown["applies"] == "Does not answer at the moment"


@pytest.mark.usefixtures("scanners")
@pytest.mark.parametrize("service", ["spam_filter", "antivirus"])
def test_staff_switch_it_and_that_is_on_record(as_staff, alice, service):
    for typed, on in (("on", True), (None, False)):
        posted = as_it_stands(alice, **{f"{service}-0-enabled": typed})
        assert as_staff.post(account_url(alice), posted).status_code == 302

        account = MailAccount.objects.with_services().get(pk=alice.pk)
        assert getattr(account, service).enabled is on
    assert LogEntry.objects.filter(object_id=alice.pk).count() == 2


@pytest.mark.usefixtures("scanners")
def test_nothing_but_the_switch_is_written(as_staff, alice):
    changes = {
        "spam_filter-0-enabled": "on",
        "spam_filter-0-required_score": "0.1",
        "spam_filter-0-action": "delete",
    }

    as_staff.post(account_url(alice), as_it_stands(alice, **changes))

    alice.spam_filter.refresh_from_db()
    assert (alice.spam_filter.enabled, alice.spam_filter.required_score) == (True, 7)
    assert not alice.spam_filter.deletes


@pytest.mark.parametrize("service", ["spam_filter", "antivirus"])
def test_what_could_do_nothing_is_not_switched_on(as_staff, alice, service, settings):
    typed = {f"{service}-0-enabled": "on"}
    as_staff.post(account_url(alice), as_it_stands(alice, **typed))
    assert not getattr(MailAccount.objects.with_services().get(pk=alice.pk), service).enabled

    settings.SPAMD_URL, settings.CLAMD_URL = "spamd://127.0.0.1:1", "clamd://127.0.0.1:1"
    make_mailbox(alice, enabled=False)
    page = as_staff.post(account_url(alice), as_it_stands(alice, **typed))
    assert "Switch the mailbox on first" in page.text


@pytest.mark.usefixtures("scanners")
def test_who_may_not_see_lists_and_quarantine_sees_their_numbers(as_clerk, alice):
    make_list_entries(alice, SpamList.BLACK, "*@a.example")

    page = as_clerk("view_mailaccount").get(account_url(alice))

    assert lines(page, "spam_filter")["black_list"] == "1"
    assert lines(page, "antivirus")["in_quarantine"] == "0"


@pytest.mark.usefixtures("scanners")
def test_who_may_only_look_at_accounts_switches_nothing(as_clerk, alice):
    posted = as_it_stands(alice, **{"spam_filter-0-enabled": "on"})

    assert as_clerk("view_mailaccount").post(account_url(alice), posted).status_code == 403
    alice.spam_filter.refresh_from_db()
    assert not alice.spam_filter.enabled
