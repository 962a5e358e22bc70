"""Brings key material to KMS with boto3 and the cryptography package, and prints what was seen as JSON."""

import json
import os
import sys

import boto3
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding

endpoint = sys.argv[1]


def kms(region):
    return boto3.client(
        "kms",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="111111111111",
        aws_secret_access_key="rehearsal",
    )


def oaep():
    return padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


def bring(client, key_id, material, algorithm):
    given = client.get_parameters_for_import(
        KeyId=key_id, WrappingAlgorithm=algorithm, WrappingKeySpec="RSA_3072"
    )
    public = serialization.load_der_public_key(given["PublicKey"])
    if algorithm == "RSAES_OAEP_SHA_256":
        wrapped = public.encrypt(material, oaep())
    else:
        aes = os.urandom(32)
        wrapped = public.encrypt(aes, oaep()) + aes_key_wrap_with_padding(aes, material)
    client.import_key_material(
        KeyId=key_id,
        ImportToken=given["ImportToken"],
        EncryptedKeyMaterial=wrapped,
        ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
    )


def code(call):
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "none"


home, away = kms("eu-west-1"), kms("eu-central-1")
key_id = home.create_key(Origin="EXTERNAL", MultiRegion=True)["KeyMetadata"]["KeyId"]
seen = {"empty": code(lambda: home.encrypt(KeyId=key_id, Plaintext=b"x"))}
material = os.urandom(32)
bring(home, key_id, material, "RSAES_OAEP_SHA_256")
blob = home.encrypt(KeyId=key_id, Plaintext=b"secret")["CiphertextBlob"]

home.replicate_key(KeyId=key_id, ReplicaRegion="eu-central-1")
while away.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"] == "Creating":
    pass
seen["other"] = code(lambda: bring(away, key_id, os.urandom(32), "RSAES_OAEP_SHA_256"))
bring(away, key_id, material, "RSA_AES_KEY_WRAP_SHA_256")
seen["opened"] = away.decrypt(CiphertextBlob=blob)["Plaintext"].decode()

home.delete_imported_key_material(KeyId=key_id)
seen["deleted"] = code(lambda: home.decrypt(CiphertextBlob=blob))
seen["replica"] = away.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]
print(json.dumps(seen))
