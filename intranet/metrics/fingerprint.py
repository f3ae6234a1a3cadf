"""What a formula is, as sixty-four signs: they change when what it computes may have changed."""

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

OURS = ("intranet.", "realtime.", "cms.", "tests.")


def fingerprint(*things: Any) -> str:
    """The digest of some functions, classes and values, with all that they name in our packages.

    Comments, docstrings and layout do not count. What is named is followed by name, through functions and classes, to
    the values at the end; methods of models and what libraries do are not looked into.
    """
    parts = {part for thing in things for part in parts_of(thing)}
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()


def parts_of(thing: Any) -> Iterator[str]:
    """The text of everything that `thing` rests on, each once."""
    seen: set[int] = set()
    waiting = [thing]
    while waiting:
        found = bare(waiting.pop())
        if id(found) in seen:
            continue
        seen.add(id(found))
        if is_ours(found):
            tree = tree_of(found)
            yield f"{found.__module__}.{found.__qualname__}: {ast.unparse(tree)}"
            waiting += named_in(tree, inspect.getmodule(found))
        elif not callable(found):
            yield f"{type(found).__name__}: {found!r}"


def bare(thing: Any) -> Any:
    """A function without what was wrapped around it, such as a cache."""
    return inspect.unwrap(thing) if callable(thing) else thing


def is_ours(thing: Any) -> bool:
    return (
        (inspect.isfunction(thing) or inspect.isclass(thing))
        and thing.__module__.startswith(OURS)
        and not is_model(thing)
    )


def is_model(thing: Any) -> bool:
    return hasattr(thing, "_meta")


def tree_of(thing: Callable[..., Any]) -> ast.AST:
    """The syntax of a function or class, without docstrings and decorators."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(thing)))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.decorator_list = []
            if ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass()]
    return tree


def named_in(tree: ast.AST, module: ModuleType | None) -> Iterable[Any]:
    """The functions, classes and plain values that a piece of syntax names: in its module, or in one that it imports."""
    known = vars(module) if module is not None else {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in known:
            if is_followed(known[node.id]):
                yield known[node.id]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            holder = known.get(node.value.id)
            if inspect.ismodule(holder) and is_followed(found := getattr(holder, node.attr, None)):
                yield found


def is_followed(thing: Any) -> bool:
    """Whether something is ours to look into, or a value that says the same at every start."""
    return (
        is_ours(bare(thing)) or isinstance(thing, int | float | str | tuple | list) or type(thing).__module__ in PLAIN
    )


PLAIN = {"fractions", "datetime"}
