"""`manage.py bench live`: the live transport beside its limit and its peers, in one run, taking turns."""
