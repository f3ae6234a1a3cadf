"""The sixteen measures, as functions of plain facts to bits, objects or a figure of the house (docs/measures.md)."""
