"""Policy: what a draft may say, what must stand under it, and which messages go straight to a person."""
