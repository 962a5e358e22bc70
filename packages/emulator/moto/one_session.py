"""Makes moto share one session of boto3's where it asks for one without more.

It makes one for each look at AWS's Regions, and each reads the list of all endpoints anew: a third of the start.
"""

import boto3

make = boto3.Session
session = make()


def shared(*about, **more):
    return make(*about, **more) if about or more else session


boto3.Session = boto3.session.Session = shared
