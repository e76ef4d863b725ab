"""The screens of one autoresponder."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from autoresponder.actions import add_autoresponder, duplicate
from autoresponder.forms.autoresponder import AutoresponderForm
from autoresponder.models import Autoresponder
from autoresponder.newest import Letter, newest
from autoresponder.preview import preview
from autoresponder.sentences import also_answering, summary
from mailaccounts.access import AccountRequest, owner_required
from mailaccounts.store import StoreUnavailable
from mailaccounts.views.notices import say_done

PER_PAGE = 50
_EDIT, _NEW = "autoresponder/autoresponder_edit.html", "autoresponder/autoresponder_new.html"


@owner_required("manage_autoresponders")
def autoresponder_new(request: AccountRequest) -> HttpResponse:
    """A further one, on at once; the service itself is switched in the list."""
    form = _form(request, Autoresponder())
    if form.is_valid():
        try:
            add_autoresponder(service=request.user.auto_reply, autoresponder=form.instance)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            form.save_attachments()
            _say_saved(request)
            return redirect("autoresponders")
    return _shown(request, _NEW, form)


@owner_required("manage_autoresponders")
def autoresponder_edit(request: AccountRequest, pk: int) -> HttpResponse:
    form = _form(request, _own(request, pk))
    if form.is_valid():
        form.save()
        _say_saved(request)
        return redirect("autoresponders")
    return _shown(request, _EDIT, form)


@require_POST
@owner_required("manage_autoresponders")
def autoresponder_preview(request: AccountRequest) -> HttpResponse:
    """The same screen with what is on it now; nothing is saved.

    Only here is the mailbox asked for a letter: the form itself opens without it.
    """
    pk = request.POST.get("editing", "")
    one = _own(request, int(pk)) if pk.isdecimal() and len(pk) < 19 else Autoresponder()
    form = _form(request, one)
    form.is_valid()
    template = _EDIT if one.pk else _NEW
    if request.POST.get("example") != "newest" or not request.user.mailbox.enabled:
        return _shown(request, template, form)
    try:
        letter = newest(one, request.user, timezone.now())
    except StoreUnavailable:
        return _shown(request, template, form, example="unreadable")
    return _shown(request, template, form, letter, example="newest")


@require_POST
@owner_required("manage_autoresponders")
def autoresponder_on(request: AccountRequest, pk: int) -> HttpResponse:
    _switch(_own(request, pk), on=True)
    say_done(request, _("Switched on."))
    return redirect("autoresponders")


@require_POST
@owner_required("manage_autoresponders")
def autoresponder_off(request: AccountRequest, pk: int) -> HttpResponse:
    _switch(_own(request, pk), on=False)
    say_done(request, _("Switched off. It is kept as a template."))
    return redirect("autoresponders")


@require_POST
@owner_required("manage_autoresponders")
def autoresponder_duplicate(request: AccountRequest, pk: int) -> HttpResponse:
    """A copy, opened at once to be changed."""
    try:
        copy = duplicate(autoresponder=_own(request, pk))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("autoresponders")
    messages.success(request, _("This is the copy. It is off until you switch it on."))
    return redirect("autoresponder_edit", copy.pk)


@owner_required("manage_autoresponders")
def autoresponder_answers(request: AccountRequest, pk: int) -> HttpResponse:
    """Whom it answered lately, and whom it did not and why."""
    one = _own(request, pk)
    events = one.events.all()
    shown = request.GET.get("show", "")
    if shown in ("answered", "unanswered"):
        events = events.filter(is_answered=shown == "answered")
    page = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    context = {"autoresponder": one, "page": page, "shown": shown}
    return render(request, "autoresponder/autoresponder_answers.html", context)


def _own(request: AccountRequest, pk: int) -> Autoresponder:
    return get_object_or_404(request.user.auto_reply.autoresponders, pk=pk)


def _form(request: AccountRequest, one: Autoresponder) -> AutoresponderForm:
    data = request.POST if request.method == "POST" else None
    return AutoresponderForm(data, instance=one, service=request.user.auto_reply)


def _switch(one: Autoresponder, *, on: bool) -> None:
    one.enabled = on
    one.save(update_fields=["enabled"])


def _say_saved(request: AccountRequest) -> None:
    say_done(request, _("Autoresponder saved."))
    if not request.user.auto_reply.enabled:
        text = _("The autoresponders are off: none answers until you switch them on.")
        messages.warning(request, text)


def _shown(
    request: AccountRequest,
    template: str,
    form: AutoresponderForm,
    letter: Letter | None = None,
    *,
    example: str = "",
) -> HttpResponse:
    """`example` says what became of the wish to see it with a letter that came."""
    one = form.instance
    question = letter.question if letter and letter.why_not is None else None
    context = {
        "form": form,
        "autoresponder": one,
        "preview": preview(form, request.user, timezone.now(), question),
        "example": example,
        "letter": letter,
        **(_told(request, one) if _is_told(form) else {}),
    }
    return render(request, template, context)


def _told(request: AccountRequest, one: Autoresponder) -> dict[str, Any]:
    """When it answers, and which others then answer too."""
    others = request.user.auto_reply.autoresponders.exclude(pk=one.pk).filter(enabled=True)
    return {"summary": summary(one), "also": also_answering(one, list(others))}


def _is_told(form: AutoresponderForm) -> bool:
    """Whether what is on the form says when it answers."""
    return not form.is_bound or form.is_valid()
