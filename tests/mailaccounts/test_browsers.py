"""Proves of G46 that a browser is told in words. What they call themselves was seen in the wild."""

import pytest

from mailaccounts.browsers import browser_of

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT}"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X)"


@pytest.mark.parametrize(
    ("user_agent", "words", "icon"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0", "Firefox on Linux", 0),
        (f"{WINDOWS} Chrome/142.0.0.0 Safari/537.36", "Chrome on Windows", 0),
        (f"{WINDOWS} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0", "Edge on Windows", 0),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1", "Safari on macOS", 0),
        (f"{IPHONE} Version/26.0 Mobile/15E148 Safari/604.1", "Safari on iPhone", 1),
        (f"{IPHONE} FxiOS/140.0 Mobile/15E148 Safari/605.1.15", "Firefox on iPhone", 1),
        (
            "Mozilla/5.0 (Linux; Android 16) SamsungBrowser/28.0 Chrome/130 Mobile Safari/537.36",
            "Samsung Internet on Android",
            1,
        ),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/142 OPR/120", "Opera on ChromeOS", 0),
        ("curl/8.5.0", "curl", 0),
        ("Mozilla/5.0 (Linux)", "Linux", 0),
        ("", "Unknown browser", 0),
        ("\ud7ff<script>" * 20, "Unknown browser", 0),
    ],
)
def test_a_browser_in_words(user_agent, words, icon):
    browser = browser_of(user_agent)

    assert (str(browser), browser.icon) == (words, ("laptop", "smartphone")[icon])


def test_an_update_makes_no_other_browser():
    older, newer = (
        browser_of(f"Mozilla/5.0 (X11; Linux x86_64) Firefox/{version}") for version in (139, 140)
    )

    assert older == newer
