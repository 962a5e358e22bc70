"""AWS's managed policies: read once for all accounts, with the same ids everywhere as on AWS, and not part of a state.

Every account has the same thousand policies. moto reads them again for each account, which takes longer than everything else
that an account needs.
"""

import base64
import functools
import hashlib

from moto.iam.models import AWSManagedPolicy, IAMBackend

read_all = IAMBackend._init_aws_policies


def share():
    """Makes moto create an account's policies from those that were already read."""
    IAMBackend._init_aws_policies = lambda backend: [twin(policy, backend) for policy in policies_of(backend.region_name)]


@functools.lru_cache
def policies_of(partition):
    backend = IAMBackend.__new__(IAMBackend)
    backend.account_id, backend.region_name = "aws", partition
    policies = read_all(backend)
    for policy in policies:
        policy.id = id_of(policy.name)
    return policies


def id_of(name):
    """An id with the prefix and the length of managed policies' ids."""
    return "ANPA" + base64.b32encode(hashlib.sha256(name.encode()).digest()).decode()[:17]


def twin(policy, backend):
    """A copy of the policy for an account."""
    made = shallow_copy(policy)
    made.account_id = backend.account_id
    made.tags, made.versions = {}, [shallow_copy(version) for version in policy.versions]
    return made


def shallow_copy(value):
    """`copy.copy` takes five times as long, and thousands of copies are needed."""
    made = object.__new__(type(value))
    vars(made).update(vars(value))
    return made


def attributes(value, state):
    """The attributes of an object to write: an account's policies without AWS's managed policies that are not attached."""
    if type(value) is not IAMBackend:
        return state
    own = {arn: policy for arn, policy in value.managed_policies.items() if not is_untouched(policy)}
    return {**state, "aws_managed_policies": [], "managed_policies": own}


def is_untouched(policy):
    return type(policy) is AWSManagedPolicy and policy.attachment_count == 0 and len(policy.versions) == 1 and not policy.tags


def complete(value):
    """Adds to an object that was read what was left out when it was written."""
    if type(value) is not IAMBackend:
        return
    own = value.managed_policies
    value.aws_managed_policies = [own.get(policy.arn) or twin(policy, value) for policy in policies_of(value.region_name)]
    value.managed_policies = {**value._init_managed_policies(), **own}
