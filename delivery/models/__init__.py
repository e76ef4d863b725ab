"""What was done with messages."""

from delivery.models.carried import Carried
from delivery.models.delivery_record import DeliveryRecord

__all__ = ["Carried", "DeliveryRecord"]
