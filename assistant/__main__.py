"""`python -m assistant` is the `proofdesk` command."""

from assistant.cli import main

main()
