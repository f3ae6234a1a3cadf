"""Those who take turns: ours, the limit, the tutorial, and the peers that are found."""
