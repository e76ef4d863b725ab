"""The app of answers that go out by themselves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AutoresponderConfig(AppConfig):
    name = "autoresponder"
    verbose_name = _("Autoresponders")
    services = ("AutoReply",)
