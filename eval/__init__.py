"""Measurement: suites over the real chain, retrieval on BEIR folders, calibration and benchmarks.

Reads datasets and prints figures with intervals; nothing of the product imports it.
"""
