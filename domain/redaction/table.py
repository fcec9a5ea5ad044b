"""The redaction table: every kind of secret there is, in the order in which it is looked for.

What a former kind took is not looked at again: labels first, then what looks like nothing else, then what is numbers.
Add a row in the file of its family; its examples are tests.
"""

from domain.redaction.kinds import Kind, NumberKind
from domain.redaction.people.accounts import ACCOUNTS, CARD_CODES, CARDS
from domain.redaction.people.addresses import ADDRESSES, EMAILS, HOME_FOLDERS
from domain.redaction.people.identities import IDENTITIES, IDENTITY_NUMBERS
from domain.redaction.people.telephones import TELEPHONES
from domain.redaction.secrets.command_lines import COMMAND_LINES
from domain.redaction.secrets.labelled_secrets import LABELLED_SECRETS
from domain.redaction.secrets.one_time_codes import ONE_TIME_CODES
from domain.redaction.secrets.service_keys import RANDOM_TEXTS, SERVICE_KEYS

KINDS: tuple[Kind, ...] = (
    *ADDRESSES,
    *SERVICE_KEYS,
    *COMMAND_LINES,
    *ONE_TIME_CODES,
    *LABELLED_SECRETS,
    *CARD_CODES,
    *EMAILS,
    *HOME_FOLDERS,
    *ACCOUNTS,
    *IDENTITIES,
)
NUMBER_KINDS: tuple[NumberKind, ...] = (*CARDS, *IDENTITY_NUMBERS, *TELEPHONES)
LAST_KINDS: tuple[Kind, ...] = RANDOM_TEXTS
"""After the numbers: what merely looks like chance."""
