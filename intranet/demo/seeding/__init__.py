"""Fills an empty house with the invented demo company, a step at a time."""
