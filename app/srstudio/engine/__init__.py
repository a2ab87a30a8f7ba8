"""Runs networks: devices, tiles, precision, memory. Its modules import torch; this one does not."""

import os

# OpenMP reads this when torch loads it. By default a thread that has done its share of a layer
# spins until the others have; as soon as anything else wants a core, the spinning is what keeps
# the others from it, and a picture takes several times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
