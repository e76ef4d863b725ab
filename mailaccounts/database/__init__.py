"""Django's PostgreSQL; whether a kept connection still is one, it finds out without asking."""
