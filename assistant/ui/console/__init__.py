"""The agents' console: the queue, one ticket with its draft and evidence, and what a person decides on it."""
