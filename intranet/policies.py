"""The policies of addresses that libraries bring. Our own views declare theirs on themselves."""

from intranet.accounts.policy import Audience, Policy

LIBRARIES: dict[str, Policy] = {
    "account/password/reset": Policy(Audience.ANYONE),
    "account/login": Policy(Audience.ANYONE),
    "account/signup": Policy(Audience.ANYONE),  # closed: says so
    "account/inactive": Policy(Audience.ANYONE),
    "account/confirm-email": Policy(Audience.ANYONE),
    "account/2fa/authenticate": Policy(Audience.ANYONE),  # the second step of signing in
    "account/": Policy(Audience.PERSON),
    "cms/": Policy(Audience.EDITOR),
}


def library_policy(pattern: str) -> Policy | None:
    """The policy of the first declared prefix of an address, None for an address nobody answers for."""
    return next((policy for prefix, policy in LIBRARIES.items() if pattern.startswith(prefix)), None)
