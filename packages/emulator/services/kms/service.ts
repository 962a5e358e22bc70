import type { MountedService } from "../../dispatch";
import type { Identities } from "../../identity/identities";
import { aliasOperations } from "./aliases";
import { cryptoOperations } from "./crypto-operations";
import { grantOperations } from "./grants";
import { importOperations } from "./import";
import { keyOperations } from "./keys";
import { getKeyLastUsage, remembering } from "./last-usage";
import { multiRegionOperations } from "./multi-region";
import { policyOperations } from "./policies";
import { rotationOperations } from "./rotation";
import { signingOperations } from "./signing-operations";
import type { KmsState } from "./state";
import { tagOperations } from "./tags";

/** KMS: keys, with everything that decides who may use them. */
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
      ...remembering(state, { ...cryptoOperations(state), ...signingOperations(state) }),
      GetKeyLastUsage: getKeyLastUsage(state),
    },
    forwarded: {},
  };
}
