"""Which addresses are one and the same correspondent."""

from __future__ import annotations

import re

from delivery.recipients import stored_form

# BATV (draft-levine-smtp-batv) signs a sender anew each day: prvs=0123456789=carol@far.example
_BATV = re.compile(r"prvs=[^=]{1,20}=")


def one_spelling(address: str) -> str:
    """The same for every spelling of a correspondent's address; limits count by it.

    Letter case, quotes and the domain's script make no difference. Nor does a `+tag`: ticket
    systems write from a tagged address for each ticket, and would be answered as many times. The
    answer itself goes to the address as it was written.
    """
    name = stored_form(address) or address.lower()
    return _BATV.sub("", name, count=1).replace("\0", "\ufffd")
