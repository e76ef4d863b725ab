"""Addresses of the spam filter and the antivirus."""

from django.urls import URLPattern, path

from spamfilter.views.lists import black_list, list_entries_remove, white_list
from spamfilter.views.settings import antivirus_edit, spam_filter_edit, spam_filter_preview
from spamfilter.views.training import (
    training,
    training_clear,
    training_forget,
    training_ham,
    training_spam,
)

urlpatterns: list[URLPattern] = [
    path("spam-filter", spam_filter_edit, name="spam_filter_edit"),
    path("spam-filter/what-would-change", spam_filter_preview, name="spam_filter_preview"),
    path("spam-filter/black-list", black_list, name="black_list"),
    path("spam-filter/white-list", white_list, name="white_list"),
    path("spam-filter/remove", list_entries_remove, name="list_entries_remove"),
    path("spam-filter/training", training, name="training"),
    path("spam-filter/training/spam", training_spam, name="training_spam"),
    path("spam-filter/training/not-spam", training_ham, name="training_ham"),
    path("spam-filter/training/forget", training_forget, name="training_forget"),
    path("spam-filter/training/clear", training_clear, name="training_clear"),
    path("antivirus", antivirus_edit, name="antivirus_edit"),
]
