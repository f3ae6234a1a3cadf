"""A conversation as the Channels tutorial builds one, served by Daphne: a peer of the benchmark, never of the product."""
