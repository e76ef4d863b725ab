"""The app that composes the others."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class PanelConfig(AppConfig):
    name = "panel"
    default = True


class StaffAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "panel.staff_site.StaffSite"
