import type { MountedService } from "../../dispatch";
import type { Identities } from "../../identity/identities";
import { aliasOperations } from "./aliases";
import { cryptoOperations } from "./crypto-operations";
import { grantOperations } from "./grants";
import { importOperations } from "./import";
import { keyOperations } from "./keys";
import { multiRegionOperations } from "./multi-region";
import { policyOperations } from "./policies";
import { rotationOperations } from "./rotation";
import type { KmsState } from "./state";
import { tagOperations } from "./tags";

/** KMS: symmetric encryption keys, with everything that decides who may use them. */
export function kmsService(state: KmsState, identities: Identities): MountedService {
  return {
    name: "kms",
    protocol: "json",
    operations: {
      ...keyOperations(state, identities),
      ...policyOperations(state, identities),
      ...aliasOperations(state),
      ...grantOperations(state, identities),
      ...rotationOperations(state),
      ...multiRegionOperations(state, identities),
      ...importOperations(state),
      ...tagOperations(state),
      ...cryptoOperations(state),
    },
    forwarded: {},
  };
}
