"""Taking one file, on the one screen that takes any: `settings.FILE_UPLOAD_HANDLERS` refuse others.

Nothing goes to the disk, and of a file that is too large only its size is remembered.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any, cast

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponse]


def takes_one_file(view: View) -> View:
    """Let the view have the first file of the form; the token is checked when that is read."""

    @csrf_exempt
    @wraps(view)
    def prepared(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [OneFile(request)]
        return csrf_protect(view)(request, *args, **kwargs)

    return prepared


class OneFile(FileUploadHandler):
    """Keeps the first file in memory, up to the limit of one file."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._pieces: list[bytes] | None = None
        self._octets = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self._pieces is not None:
            raise SkipFile
        self._pieces = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep it while there is room; what comes after is only counted."""
        self._octets += len(raw_data)
        if self._octets <= settings.ATTACHMENT_SIZE_LIMIT:
            cast(list[bytes], self._pieces).append(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file with its true size, which tells the form that octets may be missing."""
        return InMemoryUploadedFile(
            BytesIO(b"".join(self._pieces or ())),
            self.field_name,
            self.file_name,
            self.content_type,
            self._octets,
            self.charset,
        )
