"""The provider's own black and white list, for the accounts that use the server-wide settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mailaccounts.admin.listing import FastList
from mailaccounts.admin.races import SecondTry
from mailaccounts.admin.search import as_stored
from mailaccounts.forms.pasted import all_good
from spamfilter import patterns
from spamfilter.forms.patterns import split
from spamfilter.models import ServerListEntry


class NewEntriesForm(forms.ModelForm):
    """One pattern, or many pasted lines for the same list; all are good, or none is added."""

    patterns = forms.CharField(
        label=_("E-mail pattern"),
        max_length=200_000,
        help_text=_(
            "One a line; paste as many as you like. An asterisk stands for anything: *@spammers.net"
        ),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "mono"}),
    )

    def clean_patterns(self) -> list[str]:
        taken = set(ServerListEntry.objects.values_list("pattern", flat=True))
        good = all_good(
            split(self.cleaned_data["patterns"]),
            lambda typed: _new(typed, taken),
            nothing=_("Enter at least one pattern."),
        )
        self.instance.pattern = good[0]
        return good


def _new(typed: str, taken: set[str]) -> str:
    """The stored form of a pattern that is on neither list yet."""
    pattern = patterns.normalise(typed)
    if pattern in taken:
        raise ValidationError(_("This pattern is on one of the lists already."), code="taken")
    return pattern


@admin.register(ServerListEntry)
class ServerListEntryAdmin(SecondTry, FastList):
    """Entries are added and removed; of one that is there only the list and the note change."""

    list_display = ["readable_pattern", "list", "note", "created"]
    list_filter = ["list"]
    sortable_by = ["readable_pattern", "created"]
    search_fields = ["pattern"]
    search_help_text = _("Any part of a pattern or note.")
    actions = ["remove_selected"]

    @admin.display(description=_("E-mail pattern"), ordering="pattern")
    def readable_pattern(self, entry: ServerListEntry) -> str:
        return str(entry)

    @admin.action(description=_("Remove selected entries"), permissions=["delete"])
    def remove_selected(self, request: HttpRequest, queryset: Any) -> None:
        self.log_deletions(request, queryset)
        number, _rows = queryset.delete()
        done = ngettext("%(number)d entry removed.", "%(number)d entries removed.", number)
        self.message_user(request, done % {"number": number})

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if not change:
            kwargs["form"] = NewEntriesForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        first = "patterns" if obj is None else "readable_pattern"
        return ["list", first, "note"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else ["readable_pattern"]

    def save_model(
        self, request: HttpRequest, obj: ServerListEntry, form: Any, change: Any
    ) -> None:
        super().save_model(request, obj, form, change)
        others = () if change else form.cleaned_data["patterns"][1:]
        ServerListEntry.objects.bulk_create(
            ServerListEntry(list=obj.list, note=obj.note, pattern=pattern) for pattern in others
        )

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        term = as_stored(search_term)
        if not term:
            return queryset, False
        found = queryset.filter(pattern__contains=term)
        return found | queryset.filter(note__icontains=term), False
