"""The desk's services: what customers and agents can do. Pages and channels call these and nothing below."""
