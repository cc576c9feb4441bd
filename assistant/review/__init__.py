"""Review: what a person may decide about a ticket, in which order, and by when."""
