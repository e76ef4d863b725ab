"""How folders are named for people (RFC 3501, section 5.1.3). Proves G31."""

import pytest

from mailaccounts.store.folders import readable_folder, sorted_folders


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Books", "Books"),
        ('"My \\"best\\" books"', 'My "best" books'),
        ("B&APw-cher", "Bücher"),
        ("Tom &- Anna", "Tom & Anna"),
        ("&ZeVnLIqe-/x", "日本語/x"),
        ("&broken", "&broken"),
        ("&A-", "&A-"),
    ],
)
def test_names_are_read(name, read):
    assert readable_folder(name) == read


def test_the_inbox_comes_first_then_junk_then_the_alphabet():
    assert sorted_folders(["Sent", "Junk", "archive", "INBOX"]) == [
        "INBOX",
        "Junk",
        "archive",
        "Sent",
    ]
