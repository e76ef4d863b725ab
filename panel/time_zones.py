"""The time zones to choose from."""

from functools import cache
from zoneinfo import available_timezones

AREAS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@cache
def time_zones() -> tuple[str, ...]:
    """UTC and every place, in the order of the alphabet, without old abbreviations."""
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(AREAS)))
