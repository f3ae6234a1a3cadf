"""Conversations on the screen. Each view gets its object, checks the form, calls one service, answers."""
