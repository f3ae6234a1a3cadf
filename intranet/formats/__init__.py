"""How dates are written where the house does not write them as Django does (FORMAT_MODULE_PATH)."""
