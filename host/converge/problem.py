"""What may go wrong, in words for the person who reads it."""


class Problem(Exception):
    """A reason to stop. Its text says what is wrong and what to do; it never holds a secret."""
