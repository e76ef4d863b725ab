"""The steps that every message takes, in the order of `settings.DELIVERY_STEPS`.

A step looks, decides and says so. It neither writes nor sends.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_noop

from delivery.words import Delete, Delivery, Forward, Keep, Omit, Reason, Refuse, Reply
from mailaccounts import addresses
from mailaccounts.models import MailAccount
from mailaccounts.services import accepts_mail

HOPS_LIMIT = 50
# Through so many accounts a message may have come before a group sends it on. Without this, groups
# that have each other as members multiply it along every way through all of them.
DEPTH_LIMIT = 3

UNKNOWN = Reply(550, "5.1.1", "No such mailbox here")
_SUSPENDED = Reply(550, "5.2.1", "This account is suspended")
_TOO_MANY_HOPS = Reply(550, "5.4.6", "Too many hops, this message is in a loop")
_TOO_DEEP = Reply(550, "5.4.6", "Too many groups within groups")
_LOOP = Reply(550, "5.4.6", "This message has been here before, it is in a loop")


def refusal(account: MailAccount, now: datetime) -> Refuse | None:
    """Why the account takes no mail at all; `None` when it takes mail."""
    if not account.is_active:
        return Refuse(_SUSPENDED, Reason(gettext_noop("The account is suspended.")))
    if not accepts_mail(account, now):
        return Refuse(UNKNOWN, Reason(gettext_noop("No service of the account takes mail.")))
    return None


def refuse_unwanted(delivery: Delivery) -> Delivery:
    """Refuse what the account does not take."""
    refuse = refusal(delivery.account, delivery.now)
    return delivery.stop(refuse) if refuse else delivery


def stop_loops(delivery: Delivery) -> Delivery:
    """Refuse what goes round in circles; what only came back may still be kept."""
    if delivery.message.hops > HOPS_LIMIT:
        because = gettext_noop("The message passed more than %(limit)d hosts: it is in a loop.")
        return delivery.stop(Refuse(_TOO_MANY_HOPS, Reason(because, {"limit": HOPS_LIMIT})))
    if delivery.account.address not in delivery.message.delivered_to:
        return delivery
    if not delivery.account.mailbox.enabled:
        because = gettext_noop("The message was sent on from here before: it is in a loop.")
        return delivery.stop(Refuse(_LOOP, Reason(because)))
    return delivery.found(came_back=True)


def keep(delivery: Delivery) -> Delivery:
    """Keep it where the mailbox is on."""
    if not delivery.account.mailbox.enabled:
        return delivery
    if delivery.findings.came_back:
        because = gettext_noop("Mailbox is on; the message came back, so it is not sent on again.")
    else:
        because = gettext_noop("Mailbox is on.")
    return delivery.then(Keep(Reason(because)))


def redirect(delivery: Delivery) -> Delivery:
    """Send it on, bounces too, with its own envelope sender."""
    service = delivery.account.redirect
    if not service.enabled or delivery.findings.came_back:
        return delivery
    if _is_itself(delivery.account, service.address):
        return delivery
    if delivery.is_unwanted:
        return _not_sent_on(delivery)
    return delivery.then(
        Forward(
            targets=(service.address,),
            sender=delivery.envelope.sender,
            because=Reason(
                gettext_noop("Redirect is on: sent on to %(address)s."),
                {"address": service.address},
            ),
            refusal="The address to which this mail is sent on refused it",
        )
    )


def fan_out(delivery: Delivery) -> Delivery:
    """Send it on to every member; what bounces comes back to the group and stops here."""
    account = delivery.account
    if not account.mail_group.enabled or delivery.findings.came_back:
        return delivery
    if delivery.is_unwanted:
        return _not_sent_on(delivery)
    if delivery.is_bounce:
        because = gettext_noop("An automatic notice of failed delivery is not sent to the members.")
        return delivery.then((Omit if delivery.actions else Delete)(Reason(because)))
    if delivery.message.passes(settings.MAIL_HOST) >= DEPTH_LIMIT:
        return _too_deep(delivery)
    members = (member.address for member in account.mail_group.members.all())
    targets = tuple(address for address in members if not _is_itself(account, address))
    if not targets:
        return delivery
    return delivery.then(
        Forward(
            targets=targets,
            sender=account.address,
            because=Reason(gettext_noop("Mail group is on: sent on to its members.")),
            refusal="No member of this group took the message",
        )
    )


def _not_sent_on(delivery: Delivery) -> Delivery:
    return delivery.then(Omit(Reason(gettext_noop("Spam is not sent on."))))


def _too_deep(delivery: Delivery) -> Delivery:
    """Stop here; what is kept or redirected besides still is."""
    because = Reason(
        gettext_noop("It was sent on here %(limit)d times before: groups within groups."),
        {"limit": DEPTH_LIMIT},
    )
    if delivery.actions:
        return delivery.then(Omit(because))
    return delivery.stop(Refuse(_TOO_DEEP, because))


def refuse_what_goes_nowhere(delivery: Delivery) -> Delivery:
    """Refuse what no step did anything with: it would only come back to this account."""
    if delivery.actions:
        return delivery
    because = gettext_noop("The account sends its mail on to itself alone.")
    return delivery.stop(Refuse(_LOOP, Reason(because)))


def _is_itself(account: MailAccount, address: str) -> bool:
    """Whether the address is the account's. Its aliases are found when the message comes back."""
    return addresses.without_tag(address) == account.address
