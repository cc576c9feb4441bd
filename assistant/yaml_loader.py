"""The safe YAML loader of libyaml where PyYAML was built with it: five times as fast, which a start notices."""

from __future__ import annotations

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # the pure Python one reads the same files
    from yaml import SafeLoader  # type: ignore[assignment]

__all__ = ["SafeLoader"]
