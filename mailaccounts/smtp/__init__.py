"""Handing mail to a server, by SMTP or LMTP: for what leaves and for what is kept alike."""
