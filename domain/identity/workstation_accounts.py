"""Accounts of operating systems at workstations, and the one comparison of such an account with a registered login.

Strict on purpose: who may be recorded, and may consent, hangs on it. Where a person's account is called otherwise, an
agent installer maps it.
"""

import msgspec


class WorkstationAccount(msgspec.Struct, frozen=True):
    """As the operating system tells it. `identifier` is a SID, or a uid in decimals; `principal` a `user@domain`.

    What the system does not know is "".
    """

    login: str
    domain: str = ""
    identifier: str = ""
    principal: str = ""

    @property
    def text(self) -> str:
        """As people write it."""
        return f"{self.domain}\\{self.login}" if self.domain else self.login


def parse_account(text: str) -> WorkstationAccount:
    r"""A login as it is registered: `user`, `DOMAIN\user` or `user@domain`."""
    domain, separator, login = text.partition("\\")
    if separator:
        return WorkstationAccount(login, domain)
    login, separator, domain = text.rpartition("@")
    return WorkstationAccount(login, domain) if separator else WorkstationAccount(text)


def is_same_account(registered: WorkstationAccount, found: WorkstationAccount) -> bool:
    """Whether the account that the operating system tells is the registered one.

    Letters may differ in case alone. A registered domain must be one that the system tells; without a registered
    domain the name counts, in whatever domain. A registered identifier must be the very same.
    """
    if registered.identifier and registered.identifier != found.identifier:
        return False
    names = [_qualified(found)]
    if registered.domain and found.principal:
        names.append(parse_account(found.principal))
    return any(
        _is_same_name(registered.login, each.login)
        and (not registered.domain or _is_same_name(registered.domain, each.domain))
        for each in names
    )


def _qualified(found: WorkstationAccount) -> WorkstationAccount:
    """Some systems give the domain with the login, as winbind and sssd can be told to; it must not contradict."""
    parsed = parse_account(found.login)
    if not parsed.domain:
        return found
    if found.domain and not _is_same_name(parsed.domain, found.domain):
        return WorkstationAccount("")
    return parsed


def _is_same_name(one: str, other: str) -> bool:
    """By lower and by upper case: one alone takes the Kelvin sign for a k, or a long s for an s.

    Nothing is normalised: operating systems keep a full-width or a decomposed name as another account.
    """
    return one != "" and one.lower() == other.lower() and one.upper() == other.upper()
