/** Sharing DB snapshots. Source: RDS user guide, "Sharing a DB snapshot"; RDS API reference. */
import { AwsError, type Call, type Cloud, type JsonObject, type Operation } from "../../contract";
import { understanding } from "../../known-parameters";
import { currentKey } from "../ec2/encryption/needs";
import { idMember, wrongState, type SnapshotFamily } from "./family";
import { ownSnapshot, snapshotCheck } from "./find";
import { invalidCombination, invalidValue, names, required } from "./input";
import type { DbSnapshot, RdsState } from "./state";
import { encryptionType } from "./wire";

const RESTORE = "restore";
/** Everyone. */
const ALL = "all";
const MOST_ACCOUNTS = 20;

export function attributeOperations(
  state: RdsState,
  family: SnapshotFamily,
): Readonly<Record<string, Operation>> {
  const { noun } = family;
  const checks: Operation["checks"] = (call) => [
    snapshotCheck(state, call, family, required(call.input, idMember(family))),
  ];
  return {
    [`Describe${noun}Attributes`]: understanding([idMember(family)], {
      checks,
      run: (call) => answer(family, ownSnapshot(state, call, family, required(call.input, idMember(family)))),
    }),
    [`Modify${noun}Attribute`]: understanding(
      [idMember(family), "AttributeName", "ValuesToAdd", "ValuesToRemove"],
      { checks, run: (call, cloud) => modify(state, call, cloud, family) },
    ),
  };
}

function modify(state: RdsState, call: Call, cloud: Cloud, family: SnapshotFamily): JsonObject {
  const snapshot = ownSnapshot(state, call, family, required(call.input, idMember(family)));
  const attribute = required(call.input, "AttributeName");
  if (attribute !== RESTORE) throw invalidValue(`Invalid snapshot attribute ${attribute}`);
  const added = names(call.input, "ValuesToAdd", "AttributeValue");
  const removed = names(call.input, "ValuesToRemove", "AttributeValue");
  refuseValues(added, removed);
  if (added.length > 0) refuseSharing(cloud, family, snapshot, added);
  const now = [...new Set([...snapshot.sharedWith, ...added])].filter((value) => !removed.includes(value));
  if (now.length > MOST_ACCOUNTS) {
    throw new AwsError(
      "SharedSnapshotQuotaExceeded",
      `You can't share a snapshot with more than ${MOST_ACCOUNTS} accounts.`,
    );
  }
  snapshot.sharedWith = now;
  return answer(family, snapshot);
}

function refuseValues(added: readonly string[], removed: readonly string[]): void {
  const both = added.filter((value) => removed.includes(value));
  if (both.length > 0) {
    throw invalidCombination(
      `A value may not appear in both the add list and remove list. ${both.join(", ")}`,
    );
  }
  const wrong = [...added, ...removed].find((value) => value !== ALL && !/^\d{12}$/.test(value));
  if (wrong !== undefined) throw invalidValue(`Invalid account id: ${wrong}`);
}

/** @throws InvalidDBSnapshotState, InvalidDBClusterSnapshotStateFault, InvalidParameterValue */
function refuseSharing(
  cloud: Cloud,
  family: SnapshotFamily,
  snapshot: DbSnapshot,
  added: readonly string[],
): void {
  const { id, type, status, keyArn } = snapshot;
  if (type !== "manual") {
    throw wrongState(
      family,
      `${id} is an automated snapshot, which cannot be shared; copy it, and share the copy.`,
    );
  }
  if (status !== "available")
    throw wrongState(family, `${id} is not in the available state; it is ${status}.`);
  if (keyArn !== undefined && currentKey(cloud, keyArn)?.manager === "AWS") {
    throw wrongState(
      family,
      "Sharing snapshots encrypted with the default service key for RDS is currently not supported.",
    );
  }
  if (keyArn !== undefined && added.includes(ALL)) {
    throw invalidValue("Encrypted snapshots cannot be shared publicly; name the accounts to share it with.");
  }
  if (family.of === "cluster" && encryptionType(snapshot) === "sse-rds") {
    throw new AwsError(
      "UnsupportedOperation",
      "The rehearsal cloud does not know whether RDS shares a DB cluster snapshot under a key that AWS owns (sse-rds).",
    );
  }
}

function answer(family: SnapshotFamily, { id, sharedWith }: DbSnapshot): JsonObject {
  const attribute = { AttributeName: RESTORE, AttributeValues: { AttributeValue: [...sharedWith] } };
  return {
    [`${family.noun}AttributesResult`]: {
      [idMember(family)]: id,
      [`${family.noun}Attributes`]: { [`${family.noun}Attribute`]: [attribute] },
    },
  };
}
