"""Blind tests: sources without their names, and what people see of them."""
