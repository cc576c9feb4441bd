"""Tells open pages that something changed. In one process; the hint carries no content, pages read anew."""
