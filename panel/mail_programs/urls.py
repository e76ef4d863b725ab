"""The documents that mail programs fetch, at the paths where they look for them."""

from django.urls import URLPattern, path, re_path

from panel.views.mail_programs import autoconfig, autodiscover, mobileconfig

urlpatterns: list[URLPattern] = [
    path(".well-known/autoconfig/mail/config-v1.1.xml", autoconfig, name="autoconfig"),
    path("mail/config-v1.1.xml", autoconfig, name="autoconfig_at_its_name"),
    # Outlook writes it with capitals and without.
    re_path(r"^[Aa]uto[Dd]iscover/[Aa]uto[Dd]iscover\.xml$", autodiscover, name="autodiscover"),
    path("mail-programs/apple.mobileconfig", mobileconfig, name="mobileconfig"),
]
