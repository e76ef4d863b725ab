"""The autoresponders of an account, as a part of its page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from autoresponder.models import AutoReply, Autoresponder
from autoresponder.sentences import condition, period, state
from mailaccounts.admin.services import ServiceInline, on_account_page


class AutoReplyForm(forms.ModelForm):
    """Whether the account answers by itself."""

    instance: AutoReply

    class Meta:
        model = AutoReply
        fields = ["enabled"]
        labels = {"enabled": _("Autoresponders")}
        help_texts = {"enabled": _("Off keeps all of them as templates.")}

    def clean_enabled(self) -> bool:
        """Refuse to switch on what could do nothing."""
        enabled: bool = self.cleaned_data["enabled"]
        if enabled and "enabled" in self.changed_data and not self.instance.autoresponders.exists():
            raise ValidationError(_("There is no autoresponder that could answer."), code="none")
        return enabled

    def save(self, commit: bool = True) -> AutoReply:
        """Switch it: delivery counts in the same row."""
        self.instance.switch(on=self.instance.enabled)
        return self.instance


@on_account_page
class AutoReplyInline(ServiceInline):
    """All of them at a glance; of whom they answered nothing is shown here."""

    model = AutoReply
    form = AutoReplyForm
    readonly_fields = ["autoresponders"]
    fields = ["enabled", *readonly_fields]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("account")

    @admin.display(description=_("Which ones"))
    def autoresponders(self, service: AutoReply) -> str:
        now = timezone.now()
        lines = [(self._line(one, state(one, now)),) for one in service.autoresponders.all()]
        return format_html('<ul class="parts">{}</ul>', format_html_join("", "<li>{}</li>", lines))

    def _line(self, one: Autoresponder, its_state: str) -> str:
        name = format_html("{}", one)
        if self.viewer.has_perm("autoresponder.view_autoresponder"):
            page = reverse("admin:autoresponder_autoresponder_change", args=[one.pk])
            name = format_html('<a href="{}">{}</a>', page, one)
        sentences = " ".join(filter(None, (condition(one), period(one))))
        answers = number_format(one.answers, force_grouping=True)
        said = _("Answers sent: %(number)s") % {"number": answers}
        return format_html("{} · {} · {} · {}", name, its_state, sentences, said)
