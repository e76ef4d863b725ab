"""Staff add domains and delete empty ones. Proves B6."""

import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError

from mailaccounts.models import Domain
from tests.make import make_alias, make_domain

LIST = "/admin/mailaccounts/domain/"
ADD = "/admin/mailaccounts/domain/add/"


def test_a_domain_is_stored_in_ascii_and_shown_in_unicode(as_staff):
    as_staff.post(ADD, {"name": "Bücher.Example"})

    assert Domain.objects.filter(name="xn--bcher-kva.example").exists()
    assert "bücher.example" in as_staff.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("EXAMPLE.com", "This domain exists already."),
        ("localhost", "Enter a complete domain name, such as example.com."),
        ("192.0.2.1", "Enter a complete domain name, such as example.com."),
        ("exa mple.com", "Enter a complete domain name, such as example.com."),
        ("", "This field is required."),
    ],
)
def test_what_is_no_new_domain_is_refused(as_staff, name, sentence):
    page = as_staff.post(ADD, {"name": name})

    assert page.context["adminform"].form.errors["name"] == [sentence]
    assert Domain.objects.count() == 1


@pytest.mark.parametrize(
    ("term", "names"),
    [
        ("exam", ["example.com"]),
        ("BÜCHER.example", ["xn--bcher-kva.example"]),
        ("ample", []),
        ("\x00exam", []),
    ],
)
def test_domains_are_found_by_the_beginning(as_staff, term, names):
    make_domain("xn--bcher-kva.example")

    page = as_staff.get(LIST, {"q": term})

    assert [d.name for d in page.context["cl"].result_list if "\x00" not in term] == names


def test_a_domain_in_use_is_not_deleted(as_staff, alice):
    make_alias(alice, "sales@example.com")
    domain = make_domain("example.com")

    page = as_staff.post(f"{LIST}{domain.pk}/delete/", {"post": "yes"}).content.decode()

    assert "2 mail accounts" in page
    assert "1 mail alias" in page
    assert Domain.objects.filter(pk=domain.pk).exists()


@pytest.mark.parametrize("error", [IntegrityError(), ProtectedError("", set())])
def test_a_domain_that_is_given_away_meanwhile_stays(as_staff, monkeypatch, error):
    def used(domain: Domain) -> None:
        raise error

    domain = make_domain("empty.example")
    monkeypatch.setattr(Domain, "delete", used)

    page = as_staff.post(f"{LIST}{domain.pk}/delete/", {"post": "yes"}, follow=True)

    assert "There is an account or alias in this domain now. Nothing was deleted." in page.text
    assert page.redirect_chain == [(f"{LIST}{domain.pk}/change/", 302)]


def test_an_empty_domain_is_deleted(as_staff):
    domain = make_domain("empty.example")

    assert as_staff.post(f"{LIST}{domain.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Domain.objects.filter(pk=domain.pk).exists()


def test_the_domains_page_counts_and_leads_to_its_accounts(as_staff, alice):
    domain = make_domain("example.com")

    page = as_staff.get(f"{LIST}{domain.pk}/change/").content.decode()

    assert '<a href="/admin/mailaccounts/mailaccount/?q=%40example.com">2</a>' in page
    assert '<a href="/admin/mailaccounts/alias/?q=%40example.com">0</a>' in page


def test_a_domain_is_not_renamed(as_staff, alice):
    domain = make_domain("example.com")

    assert as_staff.post(f"{LIST}{domain.pk}/change/", {"name": "x.example"}).status_code == 403


def test_the_list_takes_the_same_queries_for_one_domain_and_for_three(
    as_staff, django_assert_num_queries
):
    as_staff.get(LIST)
    with django_assert_num_queries(5):
        as_staff.get(LIST)
    make_domain("b.example")
    make_domain("c.example")

    with django_assert_num_queries(5):
        as_staff.get(LIST)
