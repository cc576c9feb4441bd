"""People: accounts, passwords, sessions."""
