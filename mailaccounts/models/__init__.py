"""Who there is, and what each account has."""

from mailaccounts.models.account import MailAccount
from mailaccounts.models.alias import Alias
from mailaccounts.models.domain import Domain
from mailaccounts.models.mail_group import GroupMember, MailGroup
from mailaccounts.models.mailbox import Mailbox
from mailaccounts.models.password_link import PasswordLink
from mailaccounts.models.password_request import PasswordRequest
from mailaccounts.models.plan import Plan, StaffRole
from mailaccounts.models.recovery_link import RecoveryLink
from mailaccounts.models.redirect import Redirect
from mailaccounts.models.service import Service
from mailaccounts.models.session import Session
from mailaccounts.models.signing_key import SigningKey

__all__ = [
    "Alias",
    "Domain",
    "GroupMember",
    "MailAccount",
    "MailGroup",
    "Mailbox",
    "PasswordLink",
    "PasswordRequest",
    "Plan",
    "RecoveryLink",
    "Redirect",
    "Service",
    "Session",
    "SigningKey",
    "StaffRole",
]
