"""Weight files, ours and others': what they hold, whose layout it is, and what we call it."""
