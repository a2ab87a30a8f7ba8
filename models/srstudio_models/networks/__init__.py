"""The networks, family by family; importing them does not import torch."""
