"""The sockets at which mail comes in: LMTP (RFC 2033) and SMTP (RFC 5321)."""
