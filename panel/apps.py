"""The app that composes the others."""

from axes.apps import AppConfig as AxesConfig
from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class PanelConfig(AppConfig):
    name = "panel"
    default = True


class StaffAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "panel.staff_site.StaffSite"


class GuessingConfig(AxesConfig):  # type: ignore[misc] # axes has no types
    """django-axes under a name that tells staff what is there."""

    default = False
    verbose_name = _("Refused logins")
