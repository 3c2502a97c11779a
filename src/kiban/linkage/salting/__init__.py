"""A check without giving the files away: every item as a keyed token (salted comparison, HMAC or Bloom filter)."""

from kiban.linkage.salting.actions import Salt, salt
from kiban.linkage.salting.checking import check_salted, is_salted
from kiban.linkage.salting.keys import Key, new_key, read_key
from kiban.linkage.salting.model import Form, Salted
from kiban.linkage.salting.revealing import reveal

__all__ = ["Form", "Key", "Salt", "Salted", "check_salted", "is_salted", "new_key", "read_key", "reveal", "salt"]
