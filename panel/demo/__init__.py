"""Something to look at: accounts that show each service, with mail in their mailboxes."""
