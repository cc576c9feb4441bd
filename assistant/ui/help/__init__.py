"""The help centre: pages that the server writes, usable without scripts."""
