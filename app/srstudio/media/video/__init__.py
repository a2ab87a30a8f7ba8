"""Videos, in and out, by FFmpeg's libraries (PyAV)."""
