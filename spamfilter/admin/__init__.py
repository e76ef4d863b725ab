"""What the provider's staff do about spam and viruses."""

from spamfilter.admin import quarantine, server_lists

__all__ = ["quarantine", "server_lists"]
