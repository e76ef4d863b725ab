"""The form that adds patterns to a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mailaccounts.forms.pasted import all_good
from spamfilter import patterns
from spamfilter.models import SpamFilter, SpamList

_BETWEEN = re.compile(r"[\s,;]+")


class PatternsForm(forms.Form):
    """One pattern, or many pasted lines; all of them are good, or none is added."""

    patterns = forms.CharField(
        label=_("E-mail pattern"),
        max_length=200_000,
        strip=False,
        help_text=_(
            "One a line; paste as many as you like. An asterisk stands for anything: *@spammers.net"
        ),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "class": "mono"}),
    )

    def __init__(self, *args: Any, spam_filter: SpamFilter, list_: SpamList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spam_filter = spam_filter
        self.list = list_

    def clean_patterns(self) -> list[str]:
        """The patterns in their stored form, each once."""
        entries = self.spam_filter.entries.exclude(list=self.list)
        elsewhere = set(entries.values_list("pattern", flat=True))
        return all_good(
            split(self.cleaned_data["patterns"]),
            lambda typed: self._checked(typed, elsewhere),
            nothing=_("Enter at least one pattern."),
        )

    def _checked(self, typed: str, elsewhere: set[str]) -> str:
        if not {"@", "."} & set(typed):
            raise ValidationError(
                _("Enter an address or a pattern such as *@spammers.net."), code="pattern"
            )
        pattern = patterns.normalise(typed)
        if pattern in elsewhere:
            text = {
                SpamList.BLACK: _("This pattern is on the white list."),
                SpamList.WHITE: _("This pattern is on the black list."),
            }[self.list]
            raise ValidationError(text, code="elsewhere")
        return pattern


def split(text: str) -> Iterator[str]:
    """The entries of a pasted list."""
    return filter(None, _BETWEEN.split(text))
