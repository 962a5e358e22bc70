import type { Call, Cloud, JsonObject, Operation } from "../../contract";
import { understanding } from "../../known-parameters";
import { flag, text } from "../ec2/input";
import { refuseBeyond } from "../ec2/quotas";
import { ownedBy } from "../ec2/shelf";
import { copyKey } from "./copy-key";
import { add, tagOnCreateCheck, type RdsParts } from "./create";
import { rdsArn, wrongState, type SnapshotFamily } from "./family";
import { snapshotCheck, sourceSnapshot } from "./find";
import { invalidCombination, newIdentifier, readTags, required, requestTagContext } from "./input";
import type { DbSnapshot } from "./state";
import { snapshotAnswer } from "./wire";

/**
 * CopyDBSnapshot, CopyDBClusterSnapshot, called in the destination Region: the caller's own snapshots of any Region,
 * and shared ones by ARN, across account and Region in one step. Source: RDS API reference.
 */
export function copySnapshot(parts: RdsParts, family: SnapshotFamily): Operation {
  const sourceMember = `Source${family.noun}Identifier`;
  const targetMember = `Target${family.noun}Identifier`;
  const parameters = [
    sourceMember,
    targetMember,
    "KmsKeyId",
    "Tags",
    "CopyTags",
    // Clients add them where the source is in another Region; outside GovCloud they have no meaning.
    "PreSignedUrl",
    "DestinationRegion",
    "SourceRegion",
    ...(family.of === "instance" ? ["OptionGroupName", "CopyOptionGroup"] : []),
  ];
  return understanding(parameters, {
    checks: (call) => {
      const tags = readTags(call.input);
      const target = newIdentifier(call.input, targetMember, family);
      return [
        snapshotCheck(parts.rds, call, family, required(call.input, sourceMember), requestTagContext(tags)),
        snapshotCheck(parts.rds, call, family, target, requestTagContext(tags)),
        ...tagOnCreateCheck(parts.rds, call, family, target, tags),
      ];
    },
    run: async (call, cloud) => {
      const source = sourceSnapshot(parts.rds, call, family, required(call.input, sourceMember));
      if (source.status !== "available") {
        throw wrongState(family, `${source.id} is not in the available state; it is ${source.status}.`);
      }
      const optionGroup = optionGroupOf(call, source);
      const keyArn = await copyKey(call, cloud, source);
      // No awaits from here on, so that two calls cannot both find the last place free.
      refuseTooMany(parts, call);
      const id = newIdentifier(call.input, targetMember, family);
      const copy = add(
        parts,
        cloud,
        family,
        newCopy(call, cloud, family, source, { id, keyArn, optionGroup }),
      );
      return { [family.noun]: snapshotAnswer(copy, call.caller.account) } satisfies JsonObject;
    },
  });
}

function newCopy(
  call: Call,
  cloud: Cloud,
  family: SnapshotFamily,
  source: DbSnapshot,
  own: Pick<DbSnapshot, "id" | "keyArn" | "optionGroup">,
): DbSnapshot {
  const given = readTags(call.input);
  const copiesTags = flag(call.input, "CopyTags") === true && source.owner === call.caller.account;
  return {
    ...source,
    ...own,
    arn: rdsArn(call.region, call.caller.account, family.arnType, own.id),
    region: call.region,
    owner: call.caller.account,
    type: "manual",
    createdAt: cloud.clock.now().toISOString(),
    copiedFrom: source.arn,
    status: family.copying,
    progress: 0,
    // Tags of the call and of the source are not merged.
    tags: Object.keys(given).length === 0 && copiesTags ? source.tags : given,
    sharedWith: [],
  };
}

/**
 * Option groups are not copied: a copy in another Region or account has the default one, unless one is named or, across
 * accounts, copied. Source: RDS user guide, "Option group considerations".
 * @throws InvalidParameterCombination for CopyOptionGroup within an account
 */
function optionGroupOf(call: Call, source: DbSnapshot): string | undefined {
  if (source.of === "cluster") return undefined;
  const isOtherAccounts = source.owner !== call.caller.account;
  const copies = flag(call.input, "CopyOptionGroup") === true;
  if (copies && !isOtherAccounts) {
    throw invalidCombination(
      "CopyOptionGroup can be specified only when you copy a snapshot across accounts.",
    );
  }
  const named = text(call.input, "OptionGroupName");
  if (named !== undefined) return named;
  if (copies || (!isOtherAccounts && source.region === call.region)) return source.optionGroup;
  const version = String(source.facts["EngineVersion"] ?? "")
    .split(".")
    .slice(0, 2)
    .join("-");
  return `default:${String(source.facts["Engine"])}-${version}`;
}

/** Copies of both families count together. @throws SnapshotQuotaExceeded */
function refuseTooMany({ rds, ec2 }: RdsParts, call: Call): void {
  const { account } = call.caller;
  const underWay = [...ownedBy(rds.snapshots, call.region, account)].filter(
    ({ status, copiedFrom }) => copiedFrom !== undefined && (status === "creating" || status === "copying"),
  );
  refuseBeyond(
    ec2,
    account,
    "dbSnapshotCopies",
    underWay.length,
    (limit) => `Cannot copy more than ${limit} snapshots across regions`,
    "SnapshotQuotaExceeded",
  );
}
