"""What each account wants of the spam filter and the antivirus."""

from spamfilter.models.antivirus import Antivirus
from spamfilter.models.list_entry import ListEntry, ServerListEntry, SpamList
from spamfilter.models.outage import Outage
from spamfilter.models.quarantine import Quarantine
from spamfilter.models.spam_filter import SpamFilter
from spamfilter.models.training_job import TrainingJob

__all__ = [
    "Antivirus",
    "ListEntry",
    "Outage",
    "Quarantine",
    "ServerListEntry",
    "SpamFilter",
    "SpamList",
    "TrainingJob",
]
