"""What every answer tells the browser, and the static files as they are served."""

import re
import tempfile

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import override_settings


@pytest.mark.parametrize("path", ["/", "/login", "/help", "/no-such-page", "/admin/"])
def test_every_answer_is_strict(client, staff, path):
    client.force_login(staff, backend="mailaccounts.backends.MailAccountBackend")

    headers = client.get(path, secure=True).headers

    assert sorted(headers["Content-Security-Policy"].split("; ")) == [
        "base-uri 'none'",
        "default-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_no_page_carries_style_or_script_in_itself(as_alice):
    page = as_alice.get("/").text

    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script") == len(re.findall(r'<script (type="module" )?src="', page))


def test_static_files_get_names_that_may_be_kept_for_ever(tmp_path):
    storages = {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }

    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path):
        call_command("collectstatic", "--noinput", verbosity=0)
        url = staticfiles_storage.url("panel/css/panel.css")

    assert (tmp_path / url.removeprefix("/static/")).is_file()
    assert url != "/static/panel/css/panel.css"


def test_a_file_that_nobody_asked_for_is_not_kept(client, db, monkeypatch):
    """Neither on disk nor in memory, whatever its length."""
    monkeypatch.setattr(tempfile, "_mkstemp_inner", pytest.fail)
    file = SimpleUploadedFile("big", b"x" * 3_000_000)

    page = client.post("/login", {"login": "a@b.example", "file": file}, secure=True)

    assert page.status_code == 200
    assert page.wsgi_request.FILES == {}
