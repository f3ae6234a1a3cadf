"""Every address of the product, read from the URL resolver: none can be forgotten."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from intranet.accounts.policy import Policy, policy_of
from intranet.policies import library_policy


@dataclass(frozen=True)
class Route:
    """One address: its whole pattern, its name with namespaces, its view, and the names of its arguments."""

    pattern: str
    name: str
    view: Callable[..., Any]
    arguments: tuple[str, ...]
    converters: tuple[str, ...]

    @property
    def policy(self) -> Policy | None:
        """What the view declares, or what is declared of the library it belongs to."""
        return policy_of(self.view) or library_policy(self.pattern)

    @property
    def is_ours(self) -> bool:
        return policy_of(self.view) is not None

    def __str__(self) -> str:
        return self.pattern or "(home)"


def routes() -> list[Route]:
    """All of them, in the resolver's order."""
    return list(walk(get_resolver(), "", ()))


def walk(resolver: URLResolver, prefix: str, spaces: tuple[str, ...]) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        whole = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from walk(pattern, whole, inner)
        elif isinstance(pattern, URLPattern):
            converters = getattr(pattern.pattern, "converters", {})
            names = tuple(converters) or tuple(pattern.pattern.regex.groupindex)
            kinds = tuple(type(converters[name]).__name__ if name in converters else "regex" for name in names)
            yield Route(whole, ":".join((*spaces, pattern.name or "")), pattern.callback, names, kinds)
