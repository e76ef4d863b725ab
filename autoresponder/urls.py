"""Addresses of the autoresponders."""

from django.urls import URLPattern, path

from autoresponder.views.attachments import attachments, attachments_remove
from autoresponder.views.autoresponder import (
    autoresponder_answers,
    autoresponder_duplicate,
    autoresponder_edit,
    autoresponder_new,
    autoresponder_off,
    autoresponder_on,
    autoresponder_preview,
)
from autoresponder.views.autoresponders import (
    autoresponders,
    autoresponders_off,
    autoresponders_on,
    autoresponders_remove,
)

_ONE = "autoresponders/<int:pk>"

urlpatterns: list[URLPattern] = [
    path("autoresponders", autoresponders, name="autoresponders"),
    path("autoresponders/switch-on", autoresponders_on, name="autoresponders_on"),
    path("autoresponders/switch-off", autoresponders_off, name="autoresponders_off"),
    path("autoresponders/remove", autoresponders_remove, name="autoresponders_remove"),
    path("autoresponders/new", autoresponder_new, name="autoresponder_new"),
    path("autoresponders/preview", autoresponder_preview, name="autoresponder_preview"),
    path("autoresponders/attachments", attachments, name="attachments"),
    path("autoresponders/attachments/remove", attachments_remove, name="attachments_remove"),
    path(_ONE, autoresponder_edit, name="autoresponder_edit"),
    path(f"{_ONE}/switch-on", autoresponder_on, name="autoresponder_on"),
    path(f"{_ONE}/switch-off", autoresponder_off, name="autoresponder_off"),
    path(f"{_ONE}/duplicate", autoresponder_duplicate, name="autoresponder_duplicate"),
    path(f"{_ONE}/answers", autoresponder_answers, name="autoresponder_answers"),
]
