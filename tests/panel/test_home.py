"""Proves G2, G3 and G8."""


def test_home_says_whose_it_is(as_alice):
    page = as_alice.get("/")

    assert page.status_code == 200
    assert "<title>alice@example.com · Pigeonnier</title>" in page.text
    assert "<h1>alice@<wbr>example.com</h1>" in page.text
