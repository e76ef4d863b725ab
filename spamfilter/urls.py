"""Addresses of the spam filter and the antivirus."""

from django.urls import URLPattern, path

from spamfilter.views.lists import black_list, list_entries_remove, white_list
from spamfilter.views.settings import antivirus_edit, spam_filter_edit

urlpatterns: list[URLPattern] = [
    path("spam-filter", spam_filter_edit, name="spam_filter_edit"),
    path("spam-filter/black-list", black_list, name="black_list"),
    path("spam-filter/white-list", white_list, name="white_list"),
    path("spam-filter/remove", list_entries_remove, name="list_entries_remove"),
    path("antivirus", antivirus_edit, name="antivirus_edit"),
]
