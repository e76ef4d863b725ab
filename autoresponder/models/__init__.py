"""What answers by itself, with which files, and whom it has answered."""

from autoresponder.models.attachment import Attachment, AttachmentContent
from autoresponder.models.auto_reply import AutoReply
from autoresponder.models.autoresponder import Autoresponder
from autoresponder.models.memory import Answered, AnswerEvent

__all__ = [
    "AnswerEvent",
    "Answered",
    "Attachment",
    "AttachmentContent",
    "AutoReply",
    "Autoresponder",
]
