"""Colleagues called by name in a page: offered while a name is typed, told when the page is published."""
