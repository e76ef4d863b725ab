"""A kept connection is looked at before each use; if the server said something, it is asked."""

import select
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from django.db import connection

ASKED = "SELECT 'the last thing that was asked'"


@pytest.fixture
def other(transactional_db) -> Iterator[Any]:
    """Somebody else who is connected to the same database."""
    with closing(psycopg2.connect(**connection.get_connection_params())) as second:
        second.autocommit = True
        with second.cursor() as cursor:
            yield cursor


@pytest.fixture
def process(other) -> int:
    """Of the server, for our connection, which rests."""
    with connection.cursor() as cursor:
        cursor.execute("LISTEN something")
        cursor.execute(ASKED)
        return connection.connection.info.backend_pid


def last_asked(other: Any, process: int) -> str:
    other.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [process])
    return other.fetchone()[0]


def test_a_connection_at_rest_is_usable_without_a_question(other, process):
    assert connection.is_usable()
    assert last_asked(other, process) == ASKED


def test_a_connection_that_was_told_something_is_asked_and_goes_on(other, process):
    other.execute("NOTIFY something")
    select.select([connection.connection], [], [], 30)

    assert connection.is_usable()
    assert last_asked(other, process) != ASKED


def test_a_connection_that_the_server_ended_is_made_anew(other, process):
    other.execute("SELECT pg_terminate_backend(%s, 5000)", [process])  # waits until it is gone

    assert not connection.is_usable()

    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_a_connection_that_is_closed_is_not_usable(process):
    connection.connection.close()

    assert not connection.is_usable()

    connection.close()
