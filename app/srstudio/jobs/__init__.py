"""Background work, without Qt: requests, events, and the lanes that run them."""
