"""Super-resolution of pictures on a device."""
