"""`manage.py createsuperuser` makes the first member of the staff. Proves B6."""

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from mailaccounts.models import Domain, MailAccount
from tests.make import PASSWORD


@pytest.fixture
def createsuperuser(db, monkeypatch):
    """Call it with the address, as a script would, with the password in the environment."""
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)

    def run(address: str) -> None:
        call_command("createsuperuser", address=address, interactive=False, verbosity=0)

    return run


def test_the_account_its_domain_and_its_services_are_made(createsuperuser):
    createsuperuser("Root@Bücher.Example")

    account = MailAccount.objects.with_services().get()
    assert account.address == "root@xn--bcher-kva.example"
    assert (account.is_staff, account.is_superuser, account.mailbox.enabled) == (True, True, True)
    assert account.check_password(PASSWORD)
    assert Domain.objects.count() == 1


def test_the_superuser_can_log_in(createsuperuser, rf):
    createsuperuser("root@example.com")

    assert authenticate(rf.post("/login"), address="root@example.com", password=PASSWORD)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [("nonsense", "Enter a complete address"), ("root+x@example.com", "cannot contain")],
)
def test_what_is_no_address_is_refused_with_a_sentence(createsuperuser, address, sentence):
    with pytest.raises(CommandError, match=sentence):
        createsuperuser(address)

    assert not Domain.objects.exists()


def test_a_taken_address_is_refused_with_a_sentence(createsuperuser, alice):
    with pytest.raises(CommandError, match="taken"):
        createsuperuser("Alice@Example.com")
