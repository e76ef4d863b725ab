"""What the provider's staff do about spam and viruses."""

from spamfilter.admin import list_entries, quarantine, server_lists, services

__all__ = ["list_entries", "quarantine", "server_lists", "services"]
