"""What a team's figures are made of, in plain Python: the rules, the formulas and the publisher (docs/measures.md)."""
