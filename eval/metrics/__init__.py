"""Figures from outcomes: pure functions."""
