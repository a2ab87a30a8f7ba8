"""Clips in the window: playing, the timeline, curves and slices."""
