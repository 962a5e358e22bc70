"""Makes moto's AWS managed keys without a private key: they are not used for signatures, and a private key is not part of a state."""

from moto.kms import models


def make_without_private_keys():
    models.generate_private_key = lambda _key_spec: None
