"""SR Studio: produces and compares super-resolved pictures and videos."""

__version__ = "0.1.0"
