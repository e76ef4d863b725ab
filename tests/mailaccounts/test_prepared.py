"""Statements that are planned once for each connection."""

import pytest
from django.db import DataError, connection, transaction

from mailaccounts.prepared import Prepared

HUNDRED = Prepared("tests_hundred", ["int"], "SELECT 100 / $1")


def hundred_by(number: int) -> int:
    with connection.cursor() as cursor:
        HUNDRED.execute(cursor, [number])
        return cursor.fetchone()[0]


def test_planning_is_no_query_of_who_asks_first(db, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert (hundred_by(2), hundred_by(4)) == (50, 25)


def test_it_outlives_a_transaction_that_fails(transactional_db):
    with pytest.raises(DataError), transaction.atomic():
        hundred_by(0)

    assert hundred_by(2) == 50


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_is_told_it_anew():
    hundred_by(2)
    connection.close()

    assert hundred_by(2) == 50
