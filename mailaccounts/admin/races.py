"""Two members of the staff who give the same address away at the same moment."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse


class SecondTry(admin.ModelAdmin):
    """After a lost race the form looks again and says whose the address is now."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            # All of the first try was rolled back, and the winner's row can be seen now.
            return super().changeform_view(request, object_id, form_url, extra_context)
