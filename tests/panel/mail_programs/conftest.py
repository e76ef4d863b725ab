"""A server with all three ways in."""

import pytest


@pytest.fixture
def open_doors(settings):
    settings.IMAP_URL = "imaps://imap.provider.example"
    settings.POP3_URL = "pop3://pop.provider.example:2110"
    settings.SUBMISSION_URL = "smtps://smtp.provider.example:2465"
    settings.PROVIDER_NAME = "Dove & <Cote>"
    settings.PANEL_URL = "https://panel.provider.example"
    return settings
