"""Staff find, create, change and delete accounts. Proves B6, G8 and G20."""

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from mailaccounts import actions
from mailaccounts.models import MailAccount, PasswordLink, StaffRole
from tests.mailaccounts.account_page import account_url, as_it_stands
from tests.make import (
    make_account,
    make_alias,
    make_mail_group,
    make_plan,
    make_redirect,
    make_session,
)

LIST = "/admin/mailaccounts/mailaccount/"
EXAMPLE_COM = ["alice@example.com", "bob@example.com", "staff@example.com"]
ADD = "/admin/mailaccounts/mailaccount/add/"


def found(client, term: str) -> list[str]:
    page = client.get(LIST, {"q": term})
    return [account.address for account in page.context["cl"].result_list]


# Finding


@pytest.mark.parametrize(
    ("term", "addresses"),
    [
        ("ali", ["alice@example.com"]),
        (" ALICE@Example.com ", ["alice@example.com"]),
        ("lice", []),
        ("sales", ["bob@example.com"]),
        ("@example.com", EXAMPLE_COM),
        ("examp", EXAMPLE_COM),
        ("bücher.example", ["jean@xn--bcher-kva.example"]),
        ("jean@BÜCHER.example", ["jean@xn--bcher-kva.example"]),
        ("%", []),
        ("a_ice", []),
        ("@", [*EXAMPLE_COM[:2], "jean@xn--bcher-kva.example", EXAMPLE_COM[2]]),
        ("'; DROP TABLE mailaccounts_mailaccount; --", []),
    ],
)
def test_accounts_are_found_by_address_alias_and_domain(as_staff, alice, bob, term, addresses):
    make_account("jean@xn--bcher-kva.example")
    make_alias(bob, "sales@example.com")

    assert found(as_staff, term) == addresses


def test_the_list_takes_the_same_queries_for_one_account_and_for_three(
    as_staff, django_assert_num_queries
):
    as_staff.get(LIST)
    with django_assert_num_queries(7):
        as_staff.get(LIST)
    for name in "abc":
        make_account(f"{name}@example.com")

    with django_assert_num_queries(7):
        page = as_staff.get(LIST)
    assert page.content.decode().count('class="action-select"') == 4


def test_the_list_says_state_and_plan(as_staff, alice):
    actions.suspend_accounts(accounts=[alice])

    page = as_staff.get(LIST, {"is_active__exact": 0}).content.decode()

    assert "alice@example.com" in page
    assert ">Suspended<" in page
    assert ">Standard<" in page
    assert "staff@example.com</a></th>" not in page


def test_the_list_is_narrowed_by_plan(as_staff, alice, bob):
    actions.change_plan(account=bob, plan=make_plan("Small", ()))

    page = as_staff.get(LIST, {"plan": make_plan("Small").pk})

    assert [account.address for account in page.context["cl"].result_list] == ["bob@example.com"]


def test_the_count_stops_where_it_would_become_slow(as_staff, alice, bob, monkeypatch):
    monkeypatch.setattr("mailaccounts.admin.listing.COUNTED", 2)

    assert "The first 2. Search to find the others." in as_staff.get(LIST).content.decode()


# Creating


def test_an_account_is_created_with_its_services_and_plan(as_staff):
    plan = make_plan()

    response = as_staff.post(ADD, {"address": "New@Example.com", "plan": plan.pk}, follow=True)

    account = MailAccount.objects.with_services().get(address="new@example.com")
    assert response.redirect_chain[-1] == (account_url(account), 302)
    assert account.mailbox.enabled
    assert list(account.groups.all()) == [plan.group_ptr]
    assert not account.has_usable_password()
    assert LogEntry.objects.latest("pk").get_change_message() == "Added."


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("Alice@Example.com", "This address is taken: there is an account with it."),
        ("sales@example.com", "This address is taken: it is an alias of alice@example.com."),
        ("new@nowhere.example", "nowhere.example is not one of the domains here."),
        ("new+tag@example.com", "An address here cannot contain +"),
        ("new", "Enter a complete address, such as name@example.com."),
        ("n" * 65 + "@example.com", "The part before @ is longer than 64 characters."),
        ("", "This field is required."),
    ],
)
def test_an_address_that_cannot_be_given_is_refused_beside_its_field(
    as_staff, alice, address, sentence
):
    make_alias(alice, "sales@example.com")

    page = as_staff.post(ADD, {"address": address})

    assert sentence in str(page.context["adminform"].form.errors["address"])
    assert MailAccount.objects.count() == 2


def test_who_loses_the_race_for_an_address_reads_the_same_sentence(as_staff, alice, monkeypatch):
    make_alias(alice, "new@example.com")

    def look_too_early(address: str) -> str:
        monkeypatch.undo()
        return address

    monkeypatch.setattr("mailaccounts.admin.forms.free_address", look_too_early)
    page = as_staff.post(ADD, {"address": "new@example.com"})

    errors = page.context["adminform"].form.errors
    assert errors["address"] == ["This address is taken: it is an alias of alice@example.com."]


# Changing


def test_the_page_takes_the_same_queries_for_one_alias_and_for_three(
    as_staff, alice, django_assert_max_num_queries, django_assert_num_queries
):
    make_alias(alice, "a@example.com")
    as_staff.get(account_url(alice))
    with django_assert_max_num_queries(25) as first:
        as_staff.get(account_url(alice))
    make_alias(alice, "b@example.com")
    make_alias(alice, "c@example.com")

    with django_assert_num_queries(len(first)):
        page = as_staff.get(account_url(alice))
    assert "c@example.com" in page.content.decode()


def test_no_page_lists_all_accounts_or_domains(as_staff, alice, mallory):
    for path in (account_url(alice), ADD, "/admin/mailaccounts/alias/add/"):
        assert "elsewhere.example" not in as_staff.get(path).content.decode()


def test_staff_change_plan_and_services(as_staff, alice):
    plan = make_plan("Small", ())
    make_mail_group(alice, "m@example.com", enabled=False)
    changes = {
        "plan": plan.pk,
        "redirect-0-enabled": "on",
        "redirect-0-address": "Alice@Elsewhere.example",
        "mail_group-0-enabled": "on",
    }

    response = as_staff.post(account_url(alice), as_it_stands(alice, **changes))

    account = MailAccount.objects.with_services().get(pk=alice.pk)
    assert response.status_code == 302
    assert list(account.groups.values_list("name", flat=True)) == ["Small"]
    assert (account.redirect.enabled, account.redirect.address) == (True, "alice@elsewhere.example")
    assert account.mail_group.enabled


def test_staff_take_a_plan_away(as_staff, alice):
    as_staff.post(account_url(alice), as_it_stands(alice, plan=""))

    assert list(alice.groups.all()) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"redirect-0-address": "nonsense"}, "Enter a complete address"),
        ({"redirect-0-enabled": "on"}, "Enter the address to which mail is sent on."),
        ({"redirect-0-address": "alice@example.com"}, "This is an address of this account"),
        ({"mail_group-0-enabled": "on"}, "A mail group without members cannot be on."),
    ],
)
def test_the_rules_of_the_owners_screens_hold_here_too(as_staff, alice, changes, sentence):
    page = as_staff.post(account_url(alice), as_it_stands(alice, **changes))

    assert sentence in page.content.decode()


def test_a_mailbox_is_not_switched_off_here(as_staff, alice):
    as_staff.post(account_url(alice), as_it_stands(alice, **{"mailbox-0-enabled": None}))
    alice.mailbox.refresh_from_db()
    assert alice.mailbox.enabled


def test_the_address_stays(as_staff, alice):
    as_staff.post(account_url(alice), as_it_stands(alice, address="eve@example.com"))
    alice.refresh_from_db()
    assert alice.address == "alice@example.com"


def test_a_superuser_makes_a_colleague_and_takes_it_back(as_staff, alice):
    role = StaffRole.objects.create(name="Clerks")

    as_staff.post(account_url(alice), as_it_stands(alice, is_staff="on", roles=[role.pk]))
    alice.refresh_from_db()
    assert alice.is_staff
    assert set(alice.groups.values_list("name", flat=True)) == {"Clerks", "Standard"}

    as_staff.post(account_url(alice), as_it_stands(alice, is_staff=None))
    alice.refresh_from_db()
    assert not alice.is_staff
    assert list(alice.groups.values_list("name", flat=True)) == ["Standard"]


@pytest.mark.parametrize("change", [{"is_staff": "on"}, {"is_superuser": "on"}])
def test_who_gets_other_rights_logs_in_anew(as_staff, alice, change):
    """A session or one-time link from before may be in the hands of staff with fewer rights."""
    make_session(alice)
    token = actions.make_password_link(account=alice, now=timezone.now())

    as_staff.post(account_url(alice), as_it_stands(alice))
    assert alice.sessions.count() == 1

    as_staff.post(account_url(alice), as_it_stands(alice, **change))
    assert alice.sessions.count() == 0
    assert not PasswordLink.objects.usable(token, timezone.now()).exists()


# Deleting


def test_deleting_says_what_goes_and_does_it(
    as_staff, alice, store, django_capture_on_commit_callbacks
):
    store.deliver(alice.address, b"Subject: x\r\n\r\nx\r\n", key="1")
    make_alias(alice, "sales@example.com")
    make_redirect(alice, "a@elsewhere.example")
    make_mail_group(alice, "m@example.com")
    make_session(alice)

    page = as_staff.get(account_url(alice, "delete")).content.decode()
    for part in ("1 message,", "sales@example.com", "a@elsewhere.example", "with 1 member"):
        assert part in page

    with django_capture_on_commit_callbacks(execute=True):
        response = as_staff.post(account_url(alice, "delete"), {"post": "yes"})

    assert response.status_code == 302
    assert not MailAccount.objects.filter(pk=alice.pk).exists()
    assert store.usage("alice@example.com").messages == 0


def test_nothing_is_deleted_while_the_mailbox_cannot_be_reached(as_staff, alice, broken_store):
    broken_store(answers=False)

    page = as_staff.get(account_url(alice, "delete")).content.decode()
    assert "the mailbox cannot be reached now" in page

    page = as_staff.post(account_url(alice, "delete"), {"post": "yes"}, follow=True)
    assert "Nothing was deleted" in page.content.decode()
    alice.refresh_from_db()
    assert alice.is_active


def test_who_stands_in_the_history_stays(as_staff, alice, staff):
    LogEntry.objects.create(user=alice, action_flag=2)

    page = as_staff.post(account_url(alice, "delete"), {"post": "yes"})

    assert "Suspend the account instead." in page.content.decode()
    assert MailAccount.objects.filter(pk=alice.pk).exists()


def test_accounts_are_not_deleted_from_the_list(as_staff, alice):
    as_staff.post(LIST, {"action": "delete_selected", "_selected_action": alice.pk, "post": "yes"})

    assert MailAccount.objects.filter(pk=alice.pk).exists()
