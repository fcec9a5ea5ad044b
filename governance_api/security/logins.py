"""When two logins are the same: one function, whose answer is stored beside each login and compared everywhere.

The database compares the stored keys only: its own `lower` knows other letters than Python's, by its collation.
"""

import unicodedata


def login_key(login: str) -> str:
    """The form by which logins compare: Unicode's NFKC_Casefold but for invisible characters. Ana, ANA, ａｎａ are one.

    A key is its own key. ß is ss, and İ is i with a dot above, whichever way either was typed.
    """
    folded = unicodedata.normalize("NFD", login).casefold()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold())
