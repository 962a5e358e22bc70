"""Lets a request set the id of the object version that it creates: a replica has its source's id, which moto does not support."""

from flask import has_request_context, request
from moto.s3.models import S3Backend

HEADER = "x-rehearsal-version-id"


def obey_requests():
    put_object, set_marker = S3Backend.put_object, S3Backend._set_delete_marker

    def put(self, *about, **more):
        return named(put_object(self, *about, **more))

    def mark(self, *about, **more):
        return named(set_marker(self, *about, **more))

    S3Backend.put_object, S3Backend._set_delete_marker = put, mark


def named(version):
    wanted = request.headers.get(HEADER) if has_request_context() else None
    if wanted is not None:
        version._version_id = wanted
    return version
