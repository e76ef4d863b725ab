"""Proves G40: the pool of attachment files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from autoresponder.files import safe_name, sniffed
from autoresponder.models import Attachment
from tests.make import make_attachment, make_autoresponder

PDF = b"%PDF-1.4\n\x00\xff\r\nend"


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def upload(browser, name="a.pdf", octets=PDF, **further):
    file = SimpleUploadedFile(name, octets, "application/x-evil")
    return browser.post("/autoresponders/attachments", {"file": file, **further}, follow=True)


def test_a_file_is_kept_byte_for_byte(as_alice, alice):
    page = upload(as_alice, "prix d’été.pdf")

    assert said(page) == ["“prix d’été.pdf” is in the pool."]
    file = Attachment.objects.get()
    assert (file.service.account, file.name, file.content_type, file.octets) == (
        alice,
        "prix d’été.pdf",
        "application/pdf",
        len(PDF),
    )
    assert bytes(file.content.octets) == PDF


def test_without_a_token_nothing_is_taken(alice, client):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice, backend="mailaccounts.backends.MailAccountBackend")
    file = SimpleUploadedFile("a.pdf", PDF)

    page = strict.post("/autoresponders/attachments", {"file": file}, secure=True)

    assert (page.status_code, Attachment.objects.count()) == (403, 0)


def test_a_file_that_is_too_large_is_told_its_size(as_alice, settings):
    settings.ATTACHMENT_SIZE_LIMIT = 100 * 1024

    page = upload(as_alice, octets=b"x" * 300 * 1024)

    (error,) = page.context["form"].errors["file"]
    assert error.replace("\xa0", " ") == ("This file has 300.0 KB; a file may have up to 100.0 KB.")
    assert not Attachment.objects.exists()


def test_the_pool_has_an_end(as_alice, alice, settings):
    settings.ATTACHMENTS_SIZE_LIMIT = 2 * len(PDF) - 1
    upload(as_alice)

    page = upload(as_alice)

    (error,) = page.context["form"].errors["file"]
    assert error.startswith("Of the room for attachment files, ")
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, "Choose a file."),
        ({"file": SimpleUploadedFile("a.txt", b"")}, "This file is empty."),
        (
            {"file": SimpleUploadedFile("a.exe", b"x")},
            "Programs are not sent along: other mail servers refuse them.",
        ),
    ],
)
def test_what_is_no_file_is_refused(as_alice, data, error):
    page = as_alice.post("/autoresponders/attachments", data)

    assert page.context["form"].errors == {"file": [error]}


def test_only_the_first_file_is_read(as_alice):
    second = SimpleUploadedFile("b.pdf", PDF)

    upload(as_alice, other=second)

    assert [file.name for file in Attachment.objects.all()] == ["a.pdf"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\report.pdf", "report.pdf"),
        ("a\r\nX-Evil: 1.pdf", "1.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("\u202egpj.exe.pdf", "gpj.exe.pdf"),
        ('a"b.pdf', "b.pdf"),
        ("...", "file"),
        ("", "file"),
        ("e\u0301te\u0301.pdf", "\u00e9t\u00e9.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("  two   words .pdf ", "two words .pdf"),
    ],
)
def test_names_are_hostile(name, kept):
    assert safe_name(name) == kept


@pytest.mark.parametrize(
    ("octets", "name", "content_type"),
    [
        (b"\x89PNG\r\n\x1a\n", "a.pdf", "image/png"),
        (b"RIFF\0\0\0\0WEBP", "a", "image/webp"),
        (b"PK\x03\x04", "a.odt", "application/vnd.oasis.opendocument.text"),
        (b"PK\x03\x04", "a.pdf", "application/zip"),
        (b"a;b", "a.CSV", "text/csv"),
        (b"<html><script>", "a.html", "text/plain"),
        ("é".encode(), "a.txt", "text/plain"),
        (b"\xff\x00", "a.html", "application/octet-stream"),
    ],
)
def test_the_type_is_what_is_inside(octets, name, content_type):
    assert sniffed(octets, name) == content_type


@pytest.mark.parametrize("octets", [b"MZ\x90", b"\x7fELF", b"#!/bin/sh"])
def test_programs_are_known_by_their_beginning(as_alice, octets):
    page = upload(as_alice, "holiday.txt", octets)

    assert list(page.context["form"].errors) == ["file"]


def test_a_file_in_use_is_not_silently_removed(as_alice, alice, bob):
    one = make_autoresponder(alice, "Prices")
    used, unused = make_attachment(alice, "a.pdf", PDF), make_attachment(alice, "b.pdf", PDF)
    foreign = make_attachment(bob, "c.pdf", PDF)
    one.attachments.set([used])
    ids = {"attachment": [used.pk, foreign.pk]}

    page = as_alice.get("/autoresponders/attachments/remove", ids)
    assert "Sent by:" in page.text
    assert "<b>Prices</b>" in page.text
    page = as_alice.post("/autoresponders/attachments/remove", ids, follow=True)

    assert said(page) == ["1 file removed."]
    assert set(Attachment.objects.all()) == {unused, foreign}
    assert list(one.attachments.all()) == []


def test_queries_do_not_grow_with_the_pool(as_alice, alice, django_assert_num_queries):
    make_attachment(alice, "a.pdf", PDF)
    as_alice.get("/autoresponders/attachments")
    with django_assert_num_queries(5):
        as_alice.get("/autoresponders/attachments")
    for name in ("b.pdf", "c.pdf", "d.pdf"):
        make_autoresponder(alice, name).attachments.set([make_attachment(alice, name, PDF)])
    with django_assert_num_queries(5):
        as_alice.get("/autoresponders/attachments")


@pytest.mark.parametrize(("octets", "files"), [(100, 1), (3_000_000, 0)])
def test_what_other_screens_are_sent_is_not_kept(rf, octets, files):
    """Small files pass through memory; of larger ones nothing is read."""
    request = rf.post("/redirect", {"file": SimpleUploadedFile("a.pdf", b"x" * octets)})

    assert len(request.FILES) == files
