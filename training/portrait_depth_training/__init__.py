"""Lights rendered people, trains the relief network on them, exports it and measures it."""

__version__ = "0.2.0"
