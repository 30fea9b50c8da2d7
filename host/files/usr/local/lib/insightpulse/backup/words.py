"""Names and texts as SQL writes them."""

from collections.abc import Iterable


def identifier(name: str) -> str:
    """A name, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text, whatever is in it."""
    return "'" + text.replace("'", "''") + "'"


def array(names: Iterable[str]) -> str:
    """A list of names."""
    return f"ARRAY[{', '.join(literal(name) for name in names)}]::name[]"
