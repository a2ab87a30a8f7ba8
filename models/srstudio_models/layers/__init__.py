"""Building blocks shared by the networks, each defined once."""
