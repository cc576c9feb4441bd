"""The customer's page: ask, follow what happens, read the approved reply and its sources, rate it."""
