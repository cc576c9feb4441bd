"""The support desk: from a customer's question to a cited, screened draft that a person reviews."""

__version__ = "0.1.0"
