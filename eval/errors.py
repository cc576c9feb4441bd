"""Errors of measurement that its user can mend."""

from __future__ import annotations

from corpus.errors import ProofdeskError


class DatasetError(ProofdeskError):
    """A dataset is missing or does not have its documented form."""


class MeasurementError(ProofdeskError):
    """There is too little to measure, or a measured process failed."""
