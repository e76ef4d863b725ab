"""The module that Django looks for in a database engine."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Kept connections are looked at before each page and message, so looking must cost little."""

    def is_usable(self) -> bool:
        """Whether the server is still there, as far as it has said.

        A connection at rest has nothing to read. A server that ends, or is killed, leaves a last
        word or an end of file; only who finds something there asks, as Django does every time. One
        that went silent is found by `tcp_user_timeout`, as with Django's question.
        """
        if self.connection is None or self.connection.closed:
            return False
        look = select.poll()  # select() knows no descriptor above 1,023
        look.register(self.connection, select.POLLIN)
        return not look.poll(0) or bool(super().is_usable())
