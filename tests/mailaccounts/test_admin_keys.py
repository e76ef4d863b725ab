"""Staff renew the key that signs a domain's mail. Proves B6 and G34."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from mailaccounts.actions import make_signing_keys
from mailaccounts.key_renewal import make_coming_key, switch_key
from mailaccounts.models import Domain, SigningKey
from tests.make import make_domain

RECORD = "The new key. It does not sign yet."


@pytest.fixture
def domain(db, settings) -> Domain:
    settings.MAIL_HOST = "mx.provider.example"
    domain = make_domain("example.com")
    make_signing_keys()
    return domain


@pytest.fixture
def dns(monkeypatch) -> dict[str, list[str] | None]:
    """What the DNS says of a name; nothing of any other."""
    known: dict[str, list[str] | None] = {}
    monkeypatch.setattr("mailaccounts.admin.keys.text_records", lambda name: known.get(name, []))
    return known


@pytest.fixture
def coming(domain) -> SigningKey:
    make_coming_key(domain=domain, now=timezone.now())
    return domain.signing_keys.coming().get()


def page(domain: Domain) -> str:
    return f"/admin/mailaccounts/domain/{domain.pk}/change/"


def act(domain: Domain, name: str) -> str:
    return f"/admin/mailaccounts/domain/{domain.pk}/{name}"


def signing(domain: Domain) -> str:
    return domain.signing_keys.signing().get().selector


def log() -> list[str]:
    return [entry.get_change_message() for entry in LogEntry.objects.all()]


def test_a_new_key_is_made_and_its_record_shown(as_staff, domain):
    shown = as_staff.post(act(domain, "renew-key/"), follow=True)

    coming = domain.signing_keys.coming().get()
    assert f'value="{coming.record()}"' in shown.text
    assert f'<th scope="row">{coming.selector}._domainkey.example.com</th>' in shown.text
    assert RECORD in shown.text
    assert "PRIVATE" not in shown.text
    assert signing(domain) == "pigeonnier"
    assert log() == ["New key made."]


def test_a_second_click_makes_no_second_one(as_staff, domain, coming):
    shown = as_staff.post(act(domain, "renew-key/"), follow=True)

    assert domain.signing_keys.coming().get() == coming
    assert "Renew the key" not in shown.text
    assert log() == []


def test_what_is_published_signs(as_staff, domain, coming, dns):
    dns[str(coming)] = [coming.record()]

    shown = as_staff.post(act(domain, f"switch-key/{coming.pk}/"), follow=True)

    assert signing(domain) == coming.selector
    assert shown.redirect_chain == [(page(domain), 302)]
    assert log() == ["The new key signs."]


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ([], "has no record of"),
        (["v=DKIM1; k=rsa; p=OTHER"], "is not the record of the new key"),
        (None, "cannot be asked"),
    ],
)
def test_what_is_not_published_does_not_sign_until_somebody_insists(
    as_staff, domain, coming, dns, found, sentence
):
    dns[str(coming)] = found
    url = act(domain, f"switch-key/{coming.pk}/")

    asked = as_staff.post(url)
    assert sentence in asked.text
    assert all(text in asked.text for text in found or [])
    assert signing(domain) == "pigeonnier"
    as_staff.post(url, {"confirmed": "yes"})

    assert signing(domain) == coming.selector


def test_the_old_record_is_shown_until_its_day(as_staff, domain, coming):
    old = domain.signing_keys.signing().get()
    switched = timezone.now()
    switch_key(key=coming, now=switched)

    shown = as_staff.get(page(domain)).text

    until = (switched + timedelta(days=7)).strftime("%-d")
    assert f'value="{old.record()}"' in shown
    assert "The old key. Keep this until " in shown
    assert until in shown.partition("Keep this until ")[2][:12]
    assert "Renew the key" in shown


def test_a_new_key_is_dropped(as_staff, domain, coming):
    as_staff.post(act(domain, f"drop-key/{coming.pk}/"))

    assert list(domain.signing_keys.values_list("selector", flat=True)) == ["pigeonnier"]
    assert log() == ["New key dropped."]


@pytest.mark.parametrize("name", ["switch-key", "drop-key"])
def test_who_comes_late_is_told(as_staff, domain, coming, name):
    SigningKey.objects.coming().delete()

    told = as_staff.post(act(domain, f"{name}/{coming.pk}/"), {"confirmed": "yes"}, follow=True)

    assert "That key does not wait any more" in told.text
    assert signing(domain) == "pigeonnier"


def test_two_who_switch_at_once(as_staff, domain, coming, monkeypatch):
    monkeypatch.setattr("mailaccounts.key_renewal.switch_key", lambda **_key: False)

    told = as_staff.post(act(domain, f"switch-key/{coming.pk}/"), {"confirmed": "yes"}, follow=True)

    assert "That key does not wait any more" in told.text


@pytest.mark.parametrize("name", ["renew-key/", "switch-key/1/", "drop-key/1/"])
def test_it_takes_a_post_and_the_permission(as_staff, as_clerk, domain, name):
    assert as_staff.get(act(domain, name)).status_code == 405
    assert as_clerk("view_domain").post(act(domain, name)).status_code == 403
    assert domain.signing_keys.count() == 1


def test_a_clerk_with_the_permission_renews_and_one_without_sees_no_button(as_clerk, domain):
    clerk = as_clerk("view_domain", "change_domain")

    assert "Renew the key" in clerk.get(page(domain)).text
    assert clerk.post(act(domain, "renew-key/")).status_code == 302
    assert domain.signing_keys.count() == 2


def test_a_clerk_who_may_only_look_sees_no_button(as_clerk, domain):
    assert "Renew the key" not in as_clerk("view_domain").get(page(domain)).text


def test_a_domain_that_is_not_there(as_staff, domain):
    assert as_staff.post("/admin/mailaccounts/domain/99999/renew-key/").status_code == 404
    assert as_staff.post("/admin/mailaccounts/domain/x/renew-key/").status_code == 404


def test_a_server_without_a_name_has_nothing_to_renew(as_staff, domain, settings):
    settings.MAIL_HOST = "localhost"

    assert "Renew the key" not in as_staff.get(page(domain)).text
