"""All addresses of the panel."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from panel.views.entering import login, logout, password_reset, password_reset_confirm
from panel.views.help import help, help_page  # noqa: A004 - a screen has one name everywhere
from panel.views.home import home
from panel.views.mail_programs import mail_programs, set_up
from panel.views.preferences import preferences, recovery_confirm
from panel.views.sessions import (
    session_stay,
    sessions,
    sessions_remove,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("login", login, name="login"),
    path("logout", logout, name="logout"),
    path("password", password_reset, name="password_reset"),
    path("password/<str:token>", password_reset_confirm, name="password_reset_confirm"),
    path("preferences", preferences, name="preferences"),
    path("preferences/recovery/<str:token>", recovery_confirm, name="recovery_confirm"),
    path("sessions", sessions, name="sessions"),
    path("sessions/remove", sessions_remove, name="sessions_remove"),
    path("sessions/stay", session_stay, name="session_stay"),
    path("help", help, name="help"),
    path("help/<slug:page>", help_page, name="help_page"),
    path("mail-programs", mail_programs, name="mail_programs"),
    path("set-up", set_up, name="set_up"),
    path("", include("panel.mail_programs.urls")),
    path("", include("mailaccounts.urls")),
    path("", include("spamfilter.urls")),
    path("", include("autoresponder.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "panel.views.errors.bad_request"
handler403 = "panel.views.errors.permission_denied"
handler404 = "panel.views.errors.page_not_found"
handler500 = "panel.views.errors.server_error"
