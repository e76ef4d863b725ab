"""The app that composes the others."""

from django.apps import AppConfig


class PanelConfig(AppConfig):
    name = "panel"
