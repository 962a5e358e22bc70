import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { isEcdsa, signEcdsa } from "../../../services/kms/ecdsa-digests";

const text = Buffer.from("a message");

test.each([
  ["prime256v1", "sha256"],
  ["prime256v1", "sha512"],
  ["secp256k1", "sha256"],
  ["secp384r1", "sha384"],
  ["secp521r1", "sha512"],
])(
  "on %s signatures of %s digests are valid for Node.js, and Node.js's are valid here",
  (namedCurve, hash) => {
    for (let round = 0; round < 5; round++) {
      const { privateKey } = generateKeyPairSync("ec", { namedCurve });
      const digest = createHash(hash).update(text).digest();
      expect(verify(hash, text, createPublicKey(privateKey), signEcdsa(privateKey, digest))).toBe(true);
      expect(isEcdsa(privateKey, digest, sign(hash, text, privateKey))).toBe(true);
      const another = generateKeyPairSync("ec", { namedCurve }).privateKey;
      expect(isEcdsa(privateKey, digest, sign(hash, text, another))).toBe(false);
    }
  },
);

test.each(["", "30", "3000", "30060201000201ff", "ffffffff"])("%s is not a signature", (hex) => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  expect(isEcdsa(privateKey, Buffer.alloc(32), Buffer.from(hex, "hex"))).toBe(false);
});
