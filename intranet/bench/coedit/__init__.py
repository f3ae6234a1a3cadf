"""A text that several write at once, beside what people would use instead."""
