"""What is said when everything runs."""

from mailhost import welcome


def test_a_live_host_tells_its_log_where_it_is_and_nothing_for_a_terminal(settings, tmp_path):
    settings.PRODUCTION, settings.MAIL_HOST, settings.VAR = True, "mail.example.com", tmp_path
    settings.PANEL_URL = "https://panel.example.com"
    place = welcome.Place([("SMTP", 25), ("IMAP", 143)], tmp_path / "none", "https://web.example/")

    assert welcome.lines(place) == [
        "Panel      https://panel.example.com",
        "Webmail    https://web.example/",
        "SMTP       mail.example.com:25",
        "IMAP       mail.example.com:143",
        f"Data       {tmp_path}",
    ]
