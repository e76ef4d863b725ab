"""What the provider's staff can do: one module for each thing in the administration."""

from mailaccounts.admin import accounts, aliases, domains, plans, sessions

__all__ = ["accounts", "aliases", "domains", "plans", "sessions"]
