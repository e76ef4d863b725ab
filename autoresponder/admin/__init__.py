"""What the provider's staff do about answers that go out by themselves."""

from autoresponder.admin import autoresponders, services

__all__ = ["autoresponders", "services"]
