"""Imports key material into KMS with boto3 and the cryptography package, rotates a key, and prints the results as JSON."""

import json
import os

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding

from procedures_client import advance, client, error_of


def oaep():
    return padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


def bring(kms, key_id, material, algorithm):
    given = kms.get_parameters_for_import(
        KeyId=key_id, WrappingAlgorithm=algorithm, WrappingKeySpec="RSA_3072"
    )
    public = serialization.load_der_public_key(given["PublicKey"])
    if algorithm == "RSAES_OAEP_SHA_256":
        wrapped = public.encrypt(material, oaep())
    else:
        aes = os.urandom(32)
        wrapped = public.encrypt(aes, oaep()) + aes_key_wrap_with_padding(aes, material)
    kms.import_key_material(
        KeyId=key_id,
        ImportToken=given["ImportToken"],
        EncryptedKeyMaterial=wrapped,
        ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
    )


def code(call, **arguments):
    """The code of a call's error; "none" if it succeeds."""
    error = error_of(call, **arguments)
    return "none" if error is None else error["code"]


home, away = (client("kms", "111111111111", region) for region in ("eu-west-1", "eu-central-1"))
key_id = home.create_key(Origin="EXTERNAL", MultiRegion=True)["KeyMetadata"]["KeyId"]
seen = {"empty": code(home.encrypt, KeyId=key_id, Plaintext=b"x")}
material = os.urandom(32)
bring(home, key_id, material, "RSAES_OAEP_SHA_256")
blob = home.encrypt(KeyId=key_id, Plaintext=b"secret")["CiphertextBlob"]

home.replicate_key(KeyId=key_id, ReplicaRegion="eu-central-1")
advance(60)
seen["other"] = code(bring, kms=away, key_id=key_id, material=os.urandom(32), algorithm="RSAES_OAEP_SHA_256")
bring(away, key_id, material, "RSA_AES_KEY_WRAP_SHA_256")
seen["opened"] = away.decrypt(CiphertextBlob=blob)["Plaintext"].decode()

home.delete_imported_key_material(KeyId=key_id)
seen["deleted"] = code(home.decrypt, CiphertextBlob=blob)
seen["replica"] = away.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]

own = home.create_key()["KeyMetadata"]["KeyId"]
home.enable_key_rotation(KeyId=own, RotationPeriodInDays=120)
sealed = home.encrypt(KeyId=own, Plaintext=b"kept")["CiphertextBlob"]
home.rotate_key_on_demand(KeyId=own)
seen["again"] = code(home.rotate_key_on_demand, KeyId=own)
advance(3600)
status = home.get_key_rotation_status(KeyId=own)
rotations = home.get_paginator("list_key_rotations").paginate(KeyId=own, PaginationConfig={"PageSize": 1})
seen["rotations"] = [one["RotationType"] for page in rotations for one in page["Rotations"]]
seen["period"] = status["RotationPeriodInDays"]
materials = home.list_key_rotations(KeyId=own, IncludeKeyMaterial="ALL_KEY_MATERIAL")["Rotations"]
seen["materials"] = [one["KeyMaterialState"] for one in materials]
seen["kept"] = home.decrypt(CiphertextBlob=sealed)["Plaintext"].decode()
seen["imported"] = code(home.enable_key_rotation, KeyId=key_id, RotationPeriodInDays=120)
print(json.dumps(seen))
