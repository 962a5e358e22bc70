"""Makes moto share one boto3 session where it requests one without arguments.

It creates one whenever it reads AWS's Regions, and each one reads the list of all endpoints again: a third of the start time.
"""

import boto3

make = boto3.Session
session = make()


def shared(*about, **more):
    return make(*about, **more) if about or more else session


boto3.Session = boto3.session.Session = shared
