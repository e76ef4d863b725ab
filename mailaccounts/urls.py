"""Addresses of the account's services."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
