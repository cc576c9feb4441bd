"""`python app.py` is `proofdesk serve`, for a checkout without an installed command; never installed itself."""

from __future__ import annotations

import sys

from assistant.cli import main

if __name__ == "__main__":
    sys.argv[1:1] = ["serve"]
    main()
