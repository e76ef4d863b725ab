"""Addresses of the account's services."""

from django.urls import URLPattern, path

from mailaccounts.views.aliases import (
    alias_edit,
    alias_new,
    alias_off,
    alias_on,
    aliases,
    aliases_remove,
)
from mailaccounts.views.groups import groups
from mailaccounts.views.mail_group import (
    group_member_new,
    group_members_remove,
    mail_group,
    mail_group_off,
    mail_group_on,
)
from mailaccounts.views.mailbox import mailbox_edit, mailbox_off
from mailaccounts.views.mailbox_empty import mailbox_empty, mailbox_empty_confirm
from mailaccounts.views.permissions import permissions
from mailaccounts.views.redirect import redirect_edit

urlpatterns: list[URLPattern] = [
    path("permissions", permissions, name="permissions"),
    path("mailbox", mailbox_edit, name="mailbox_edit"),
    path("mailbox/switch-off", mailbox_off, name="mailbox_off"),
    path("mailbox/empty", mailbox_empty, name="mailbox_empty"),
    path("mailbox/empty/confirm", mailbox_empty_confirm, name="mailbox_empty_confirm"),
    path("redirect", redirect_edit, name="redirect_edit"),
    path("mail-group", mail_group, name="mail_group"),
    path("mail-group/switch-on", mail_group_on, name="mail_group_on"),
    path("mail-group/switch-off", mail_group_off, name="mail_group_off"),
    path("mail-group/new-member", group_member_new, name="group_member_new"),
    path("mail-group/remove", group_members_remove, name="group_members_remove"),
    path("groups", groups, name="groups"),
    path("aliases", aliases, name="aliases"),
    path("aliases/new", alias_new, name="alias_new"),
    path("aliases/remove", aliases_remove, name="aliases_remove"),
    path("aliases/<int:pk>", alias_edit, name="alias_edit"),
    path("aliases/<int:pk>/switch-on", alias_on, name="alias_on"),
    path("aliases/<int:pk>/switch-off", alias_off, name="alias_off"),
]
