"""Makes moto's AWS managed keys without a private key: nobody signs with them, and a private key is no part of a state."""

from moto.kms import models


def make_without_private_keys():
    models.generate_private_key = lambda _key_spec: None
