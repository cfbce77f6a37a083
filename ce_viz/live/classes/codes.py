"""A class's key, and the code that follows from it: no process need remember either.

Whoever holds the key can open the class of its code on any process; to find a key for a given code takes as many
tries of scrypt as there are codes. A listener needs the code alone.
"""

from __future__ import annotations

import hashlib
import re
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 and O, 1, I and L."""

LENGTH = 6

_SALT = b"ce_viz class"
_COST = 2**14
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_KEY = re.compile(r"[A-Za-z0-9_-]{32}")


def new_key() -> str:
    """A key that nobody guesses: 192 random bits."""
    return secrets.token_urlsafe(24)


def is_key(text: str) -> bool:
    """Whether this is written as a key is."""
    return _KEY.fullmatch(text) is not None


def is_code(text: str) -> bool:
    """Whether this is written as a code is."""
    return _CODE.fullmatch(text) is not None


def code_of(key: str) -> str:
    """The code that follows from a key; takes 50 ms and 16 MB, so that keys cannot be tried for a code.

    >>> code_of("A" * 32)
    'Y5C59U'
    """
    digest = hashlib.scrypt(key.encode(), salt=_SALT, n=_COST, r=8, p=1, dklen=16)
    number = int.from_bytes(digest)
    letters = []
    for _ in range(LENGTH):
        number, at = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[at])
    return "".join(letters)


def digest_of(key: str) -> bytes:
    """What a room keeps to know its key again, and not the key itself."""
    return hashlib.sha256(key.encode()).digest()


def name_of(member: str, code: str) -> str:
    """A member's name within a class: from it, nobody can speak as that member."""
    return hashlib.blake2b(member.encode(), key=code.encode(), digest_size=12).hexdigest()
