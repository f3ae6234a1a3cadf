"""Letters: what a person was told and has not read, at the pace and at the hours they chose."""
