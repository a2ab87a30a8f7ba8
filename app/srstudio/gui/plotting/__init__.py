"""Plots that training and video share."""
