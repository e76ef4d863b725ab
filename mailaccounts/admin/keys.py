"""Renewing the key that signs a domain's mail: three buttons on the domain's page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from mailaccounts import key_renewal
from mailaccounts.admin.listing import actor
from mailaccounts.dns_lookup import text_records
from mailaccounts.models import Domain, SigningKey


class DomainKeys(admin.ModelAdmin):
    """For who may see domains and has the permission to change them."""

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                f"<path:object_id>/{url}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"mailaccounts_domain_{name}",
            )
            for url, name, view in (
                ("renew-key", "renew_key", self._renew),
                ("switch-key/<int:key>", "switch_key", self._switch),
                ("drop-key/<int:key>", "drop_key", self._drop),
            )
        ] + super().get_urls()

    def about_keys(self, request: HttpRequest, domain: Domain) -> dict[str, Any]:
        """What the domain's page says of them."""
        return {
            "signing_key": domain.signing_keys.signing().first(),
            "coming_key": domain.signing_keys.coming().first(),
            "may_renew": self._may_renew(request),
        }

    def _renew(self, request: HttpRequest, object_id: str) -> HttpResponse:
        domain = self._domain(request, object_id)
        if not domain.signing_keys.coming().exists():
            key_renewal.make_coming_key(domain=domain, now=timezone.now())
            self.log_change(request, domain, str(_("New key made.")))
        made = _("A new key is made. Enter its record into the DNS; until then the old one signs.")
        self.message_user(request, made, messages.SUCCESS)
        return self._back(domain)

    def _switch(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        """Once the DNS has the new key's record, or whoever is asked says that it does not matter.

        Hosts that find no record take a signature for a broken one.
        """
        domain = self._domain(request, object_id)
        coming = domain.signing_keys.coming().filter(pk=key).first()
        if coming is None:
            return self._not_waiting(request, domain)
        if "confirmed" not in request.POST:
            found = text_records(str(coming))
            if found is None or not coming.is_published_in(found):
                return self._ask(request, domain, coming, found)
        if not key_renewal.switch_key(key=coming, now=timezone.now()):
            return self._not_waiting(request, domain)
        self.log_change(request, domain, str(_("The new key signs.")))
        signs = _("The new key signs. Keep the record of the old one until the date beside it.")
        self.message_user(request, signs, messages.SUCCESS)
        return self._back(domain)

    def _drop(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        domain = self._domain(request, object_id)
        coming = domain.signing_keys.coming().filter(pk=key).first()
        if coming is None or not key_renewal.drop_coming_key(key=coming):
            return self._not_waiting(request, domain)
        self.log_change(request, domain, str(_("New key dropped.")))
        gone = _("The new key is dropped. Its record can be taken out of the DNS.")
        self.message_user(request, gone, messages.SUCCESS)
        return self._back(domain)

    def _ask(
        self, request: HttpRequest, domain: Domain, coming: SigningKey, found: list[str] | None
    ) -> HttpResponse:
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Is the new key published?"),
            "domain": domain,
            "key": coming,
            "found": found,
            "answered": found is not None,
        }
        return TemplateResponse(request, "admin/mailaccounts/domain/switch_key.html", context)

    def _not_waiting(self, request: HttpRequest, domain: Domain) -> HttpResponse:
        late = _("That key does not wait any more: somebody else has switched or dropped it.")
        self.message_user(request, late, messages.WARNING)
        return self._back(domain)

    def _back(self, domain: Domain) -> HttpResponse:
        return redirect(reverse("admin:mailaccounts_domain_change", args=[domain.pk]))

    def _domain(self, request: HttpRequest, object_id: str) -> Domain:
        """The domain that a URL names; 404, or 403 for who may not renew its key."""
        domain: Domain | None = self.get_object(request, unquote(object_id))
        if domain is None:
            raise Http404
        if not self._may_renew(request):
            raise PermissionDenied
        return domain

    def _may_renew(self, request: HttpRequest) -> bool:
        return actor(request).has_perms(["mailaccounts.view_domain", "mailaccounts.change_domain"])
