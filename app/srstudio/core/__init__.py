"""What every other package speaks of: frames, regions, progress and errors."""
