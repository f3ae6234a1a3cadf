"""Taking people and teams in from a spreadsheet: read it, plan what would change, then do it in one go."""
