"""What was done with messages."""

from delivery.models.carried import Carried
from delivery.models.delivery_record import DeliveryRecord
from delivery.models.sending import Sending

__all__ = ["Carried", "DeliveryRecord", "Sending"]
