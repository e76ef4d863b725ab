"""The tab Training: what the filter knows of the messages in the mailbox, and teaching it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mailaccounts.access import AccountRequest, owner_required
from mailaccounts.models import MailAccount
from mailaccounts.store import INBOX, JUNK, MessagePage, StoreUnavailable, mail_store
from mailaccounts.store.folders import readable_folder
from mailaccounts.store.order import NEWEST, Order
from spamfilter.bayes import lessons
from spamfilter.health import spamd_health
from spamfilter.models import TrainingJob
from spamfilter.said import outcome
from spamfilter.tasks import train
from spamfilter.training import NotNow, begin, forget_everything, work_off
from spamfilter.views.columns import choices, heads
from spamfilter.views.tabs import list_counts

PER_PAGE = 50
# So many are taught while the page is waited for: a third of a second.
FEW = 10
# How long the screen says what came of a training.
_NEWS = timedelta(minutes=10)
_LONGEST_SEARCH = 200
_ASKED = ("folder", "q", "sort", "page")


@owner_required("manage_spam_filter")
def training(request: AccountRequest) -> HttpResponse:
    """The messages of a folder, searched and by the page."""
    account = request.user
    asked = _asked(request.GET)
    folders = _folders(account)
    if asked.get("folder") not in dict(folders):
        asked.pop("folder", None)
    found = _listed(account, asked)
    now = timezone.now()
    jobs = list(TrainingJob.objects.unfinished().filter(account=account).defer("message_ids"))
    job = jobs[0] if jobs else None
    paginator = Paginator(range(found.total if found else 0), PER_PAGE)
    context = {
        "messages_shown": found.messages if found else (),
        "heads": heads(found) if found else (),
        "orders": choices(found) if found else (),
        "sort": asked.get("sort", ""),
        "page": paginator.get_page(asked.get("page")),
        "unreadable": found is None,
        "search": asked.get("q", ""),
        "folder": _folder(asked),
        "folders": folders,
        "health": spamd_health(now),
        "tabs": list_counts(account.spam_filter.entries.all()),
        "lessons": lessons(account.address),
        "minimum": settings.BAYES_MINIMUM,
        "job": job,
        "jobs_after": len(jobs) - 1,
        "left": job.seconds_left(now) if job else None,
        "outcome": None if job else _last_outcome(account),
    }
    return render(request, "spamfilter/training.html", context)


@require_POST
@owner_required("manage_spam_filter")
def training_spam(request: AccountRequest) -> HttpResponse:
    """The selected are spam."""
    return _teach(request, TrainingJob.Kind.SPAM)


@require_POST
@owner_required("manage_spam_filter")
def training_ham(request: AccountRequest) -> HttpResponse:
    """The selected are no spam."""
    return _teach(request, TrainingJob.Kind.HAM)


@require_POST
@owner_required("manage_spam_filter")
def training_forget(request: AccountRequest) -> HttpResponse:
    """The filter is to know nothing of the selected."""
    return _teach(request, TrainingJob.Kind.FORGET)


@owner_required("manage_spam_filter")
def training_clear(request: AccountRequest) -> HttpResponse:
    """Say what is forgotten, and on POST alone forget it."""
    account = request.user
    if request.method == "POST":
        try:
            done = forget_everything(account, now=timezone.now())
        except StoreUnavailable:
            messages.error(request, _("The mail store does not answer: nothing was forgotten."))
        else:
            if done:
                messages.success(request, _("The filter has forgotten all that it had learned."))
            else:
                train.enqueue(account.pk)
                messages.info(request, _("The filter forgets the messages one by one."))
        return redirect("training")
    context = {"lessons": lessons(account.address)}
    return render(request, "spamfilter/training_clear.html", context)


def _teach(request: AccountRequest, kind: TrainingJob.Kind) -> HttpResponse:
    account, sent = request.user, request.POST
    back = redirect(_path(sent))
    if not settings.SPAMD_URL:
        messages.error(request, _("The spam filter is not available on this server."))
        return back
    try:
        names = _everything(account, sent) if sent.get("all") else _named(sent)
    except StoreUnavailable:
        messages.error(request, _("The mail store does not answer: nothing was learned."))
        return back
    if not names:
        messages.info(request, _("Select the messages first."))
        return back
    job = begin(account=account, kind=kind, message_ids=names, now=timezone.now())
    if job is None:
        messages.info(request, _("These messages are being learned already."))
    else:
        _work(request, job)
    return back


def _work(request: AccountRequest, job: TrainingJob) -> None:
    """Teach a few at once, and leave more to the worker."""
    account = request.user
    if job.total <= FEW:
        try:
            if not work_off(account, limit=FEW):
                job.refresh_from_db()
                if job.finished:
                    messages.success(request, outcome(job))
                return
        except NotNow:
            messages.warning(
                request,
                _("The spam filter does not answer at the moment. It learns as soon as it does."),
            )
    train.enqueue(account.pk)


def _asked(sent: QueryDict) -> dict[str, str]:
    """What is looked at; an empty value says nothing."""
    asked = {name: sent.get(name, "").replace("\0", "") for name in _ASKED}
    asked["q"] = asked["q"].strip()[:_LONGEST_SEARCH]
    order = Order.of(asked["sort"])
    asked["sort"] = "" if order == NEWEST else str(order)
    return {name: value for name, value in asked.items() if value}


def _folder(asked: dict[str, str]) -> str:
    return asked.get("folder", INBOX)


def _folders(account: MailAccount) -> list[tuple[str, str]]:
    """Each folder as the store names it, and as people read it."""
    titles = {
        INBOX: _("Inbox"),
        JUNK: _("Junk"),
        "Archive": _("Archive"),
        "Drafts": _("Drafts"),
        "Sent": _("Sent"),
        "Trash": _("Trash"),
    }
    try:
        names = mail_store().folders(account.address)
    except StoreUnavailable:
        names = [INBOX, JUNK]
    return [(name, titles.get(name) or readable_folder(name)) for name in names]


def _listed(account: MailAccount, asked: dict[str, str]) -> MessagePage | None:
    """The page that is asked for, or the nearest there is; `None` without an answer."""
    number = asked.get("page", "1")
    page = int(number) if number.isdecimal() and len(number) < 10 else 1
    list_ = partial(
        mail_store().list,
        account.address,
        search=asked.get("q", ""),
        per_page=PER_PAGE,
        folder=_folder(asked),
        order=Order.of(asked.get("sort", "")),
    )
    try:
        found = list_(page=page)
        last = max(1, -(-found.total // PER_PAGE))
        if page > last:
            found = list_(page=last)
    except StoreUnavailable:
        return None
    return found


def _everything(account: MailAccount, sent: QueryDict) -> list[str]:
    asked = _asked(sent)
    return mail_store().everything(
        account.address, search=asked.get("q", ""), folder=_folder(asked)
    )


def _named(sent: QueryDict) -> list[str]:
    """Those that are ticked; no store has names of other characters."""
    return [name for name in sent.getlist("message") if name.isascii() and name.isprintable()]


def _path(sent: QueryDict) -> str:
    """The same list again."""
    query = QueryDict(mutable=True)
    query.update(_asked(sent))
    return reverse("training") + (f"?{query.urlencode()}" if query else "")


def _last_outcome(account: MailAccount) -> str:
    """What came of a training in the background that has ended lately."""
    since = timezone.now() - _NEWS
    jobs = TrainingJob.objects.filter(account=account, finished__gte=since, total__gt=FEW)
    job = jobs.defer("message_ids").order_by("-finished").first()
    return outcome(job) if job else ""
