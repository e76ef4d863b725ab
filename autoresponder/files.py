"""Files that people upload: under which name and type they are kept, and which are refused."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from autoresponder.models.attachment import NAME_LENGTH

# What begins so is of this type, whatever its name says.
_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"{\\rtf", "application/rtf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
)
_PROGRAMS = (
    *(b"MZ", b"\x7fELF", b"#!"),
    *(b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe"),
)
_ZIP = b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_ZIPPED = {
    ".docx": f"{_OFFICE}wordprocessingml.document",
    ".xlsx": f"{_OFFICE}spreadsheetml.sheet",
    ".pptx": f"{_OFFICE}presentationml.presentation",
    ".odt": f"{_OPEN_DOCUMENT}text",
    ".ods": f"{_OPEN_DOCUMENT}spreadsheet",
    ".odp": f"{_OPEN_DOCUMENT}presentation",
    ".epub": "application/epub+zip",
}
_TEXTS = {".csv": "text/csv", ".ics": "text/calendar", ".vcf": "text/vcard"}
# Names that mail programs open as programs: answers with these would be refused elsewhere.
_REFUSED = re.compile(
    r"\.(ade|adp|apk|appx|bat|chm|cmd|com|cpl|dll|exe|hta|img|iso|jar|jse?|lnk|mde|msc|msi|msp|pif"
    r"|ps1|reg|scr|sct|sh|sys|vb|vbe|vbs|vhd|wsc|wsf|wsh)"
)
# Controls, and what turns the reading direction of a name around: "gpj.exe" reads as "exe.jpg".
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SEPARATORS = re.compile(r'[\\/:*?"<>|]+')


def safe_name(name: str) -> str:
    """The name without path and without anything that acts on a disk, a header or a screen."""
    name = unicodedata.normalize("NFC", _INVISIBLE.sub("", name))
    name = " ".join(_SEPARATORS.split(name)[-1].split()).strip(". ")
    stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix[:20]
    return f"{stem[: NAME_LENGTH - len(ending)]}{ending}" if name else "file"


def sniffed(octets: bytes, name: str) -> str:
    """The content type, by what is in the file; `ValidationError` for programs."""
    ending = PurePosixPath(name.lower()).suffix
    if _REFUSED.fullmatch(ending) or octets.startswith(_PROGRAMS):
        raise ValidationError(
            _("Programs are not sent along: other mail servers refuse them."), code="program"
        )
    for beginning, content_type in _BEGINNINGS:
        if octets.startswith(beginning):
            return content_type
    if octets.startswith(b"RIFF") and octets[8:12] == b"WEBP":
        return "image/webp"
    if octets.startswith(_ZIP):
        return _ZIPPED.get(ending, "application/zip")
    return _TEXTS.get(ending, "text/plain") if _is_text(octets) else "application/octet-stream"


def _is_text(octets: bytes) -> bool:
    try:
        return "\0" not in octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
