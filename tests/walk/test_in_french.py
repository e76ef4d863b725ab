"""Proves B8 in French: every screen, at every size, with the keyboard alone, in every skin."""

import pytest

pytestmark = pytest.mark.browser


def test_every_screen_is_for_everybody(go):
    assert go("fr") == {}
