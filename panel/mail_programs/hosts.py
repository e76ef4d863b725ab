"""Mail programs ask at names of the owner's domain, at which there is nothing else of the panel."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve

from panel.mail_programs.addresses import is_own_domain

LABELS = ("autoconfig.", "autodiscover.")
DOCUMENTS = "panel.mail_programs.urls"


class SetUpHostsMiddleware:
    """Answers for the documents at DOMAIN, autoconfig.DOMAIN and autodiscover.DOMAIN.

    `ALLOWED_HOSTS` stays as it is: whatever else is asked for there is refused as on any name that
    is not ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = host_of(request)
        if validate_host(host, settings.ALLOWED_HOSTS):
            return self.get_response(request)
        try:
            document = resolve(request.path_info, DOCUMENTS)
        except Resolver404:
            return self.get_response(request)
        if not is_own_domain(domain_of(host)):
            return self.get_response(request)
        response: HttpResponse = document.func(request)
        return response


def host_of(request: HttpRequest) -> str:
    """The name that was asked, without port; empty for what is none."""
    return split_domain_port(str(request.META.get("HTTP_HOST", "")))[0]


def domain_of(host: str) -> str:
    """The owner's domain behind a name such as `autoconfig.example.com`."""
    for label in LABELS:
        host = host.removeprefix(label)
    return host
