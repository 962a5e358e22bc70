import { useWorkplace } from "./lib/procedures";

jest.setTimeout(240_000);

const place = useWorkplace();

test("boto3 and a third-party RSA library import material into a key and its replica, and boto3 rotates a KMS-generated key", async () => {
  expect(await place.boto3("bring_key.py")).toEqual({
    empty: "KMSInvalidStateException",
    other: "IncorrectKeyMaterialException",
    opened: "secret",
    deleted: "KMSInvalidStateException",
    replica: "Enabled",
    again: "ConflictException",
    rotations: ["ON_DEMAND"],
    period: 120,
    materials: ["NON_CURRENT", "CURRENT"],
    kept: "kept",
    imported: "UnsupportedOperationException",
  });
});
