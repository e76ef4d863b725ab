"""Plans for owners and roles for staff in the administration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import admin as _registers_group  # noqa: F401 - before we unregister it
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import ManyToManyField, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from mailaccounts.admin.listing import FastList
from mailaccounts.models import MailAccount, Plan, StaffRole
from mailaccounts.models.plan import OWNER_PERMISSION

# A group is either a plan or a role; as such it would be neither.
admin.site.unregister(Group)

DEEDS = {"view": _("see"), "add": _("add"), "change": _("change"), "delete": _("delete")}


class PermissionsField(forms.ModelMultipleChoiceField):
    """Checkboxes that say what is allowed."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, permission: Permission) -> str:
        deed, _separator, _model = permission.codename.partition("_")
        model = permission.content_type.model_class()
        if deed not in DEEDS or model is None:
            return gettext(permission.name)
        # Translators: what staff may do with which things, as in "Mail aliases: delete".
        return pgettext("permission", "%(things)s: %(deed)s") % {
            "things": capfirst(model._meta.verbose_name_plural),
            "deed": DEEDS[deed],
        }


class GroupList(FastList):
    """What plans and roles share: a name and permissions as checkboxes."""

    search_fields = ["name"]
    ordering = ["name"]

    def grantable(self) -> QuerySet[Permission]:
        raise NotImplementedError

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest | None, **kwargs: Any
    ) -> Any:
        permissions = self.grantable().select_related("content_type")
        return PermissionsField(
            permissions.order_by("content_type__app_label", "content_type__model", "pk"),
            required=False,
            label=_("Permissions"),
        )

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """One that an account has is not deleted: that would silently take permissions away."""
        holders = MailAccount.objects.filter(groups__in=[group.pk for group in objs])
        number = holders.values("pk").distinct().count()
        used = [ngettext("%d mail account", "%d mail accounts", number) % number] if number else []
        names = [str(group) for group in objs]
        return names, {self.opts.verbose_name_plural: len(names)}, set(), used


@admin.register(Plan)
class PlanAdmin(GroupList):
    """What owners may do themselves, and how much of it."""

    list_display = ["name", "mailbox_quota", "member_limit", "alias_limit"]
    fields = [
        *("name", "permissions", "mailbox_quota", "member_limit", "alias_limit"),
        *("messages_per_hour", "recipients_per_hour"),
    ]

    def grantable(self) -> QuerySet[Permission]:
        return Permission.objects.filter(codename__startswith=OWNER_PERMISSION)


@admin.register(StaffRole)
class StaffRoleAdmin(GroupList):
    """What a member of the staff may do here. Roles are the superusers' business alone."""

    list_display = ["name"]
    fields = ["name", "permissions"]

    def grantable(self) -> QuerySet[Permission]:
        models = [model for model in self.admin_site._registry if model is not StaffRole]
        return Permission.objects.filter(
            content_type__in=ContentType.objects.get_for_models(*models).values()
        ).exclude(codename__startswith=OWNER_PERMISSION)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: StaffRole | None = None) -> bool:
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: StaffRole | None = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: StaffRole | None = None) -> bool:
        return request.user.is_superuser
