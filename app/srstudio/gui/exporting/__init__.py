"""Exporting videos: what is asked for, and the queue of it."""
