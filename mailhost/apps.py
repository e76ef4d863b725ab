"""The app that runs the servers: the supervisor, and later the servers' configuration."""

from django.apps import AppConfig


class MailhostConfig(AppConfig):
    name = "mailhost"
