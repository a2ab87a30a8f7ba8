"""Training from the window: a form, the runs, their curves, and their weights to compare."""
