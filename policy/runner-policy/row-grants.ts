import { formatArn, viaService } from "@keyferry/common";
import type { Conditions, KeyReference } from "../document";
import type { RowGrant } from "../row";
import type { CopyService } from "../keys";
import type { KeyUse, RunnerAccess } from "../runner";

export function isOwn(access: RunnerAccess, use: KeyUse): boolean {
  return use.key.account === access.account;
}

export function isWrite(use: KeyUse): boolean {
  return use.as === "write";
}

/** Keys of the tags that record what the topology has shared. */
export function shareRecords({ topology }: RunnerAccess): readonly string[] {
  return [`keyferry:shared-with:${topology}/*`];
}

/** Only resources with the topology's own tag. */
export function ofTopology(access: RunnerAccess): Conditions {
  return { StringEquals: { "aws:ResourceTag/keyferry:topology": [access.topology] } };
}

/** Resources of the account itself that are not final copies. */
export function ownButFinal({ account }: RunnerAccess): Conditions {
  return {
    StringEquals: { "ec2:Owner": [account] },
    StringNotEquals: { "aws:ResourceTag/keyferry:role": ["final"] },
  };
}

/** A key is used through a service in its own Region, also in cross-Region copies. */
export function onKeys(
  uses: readonly KeyUse[],
  conditions: Conditions = {},
  through?: CopyService,
): RowGrant | undefined {
  if (uses.length === 0) return undefined;
  const keys = uniqueKeys(uses.map((use) => use.key));
  const all = through === undefined ? conditions : { ...conditions, ...via(through, keys) };
  return { resources: keys, ...(Object.keys(all).length === 0 ? {} : { conditions: all }) };
}

function via(service: CopyService, keys: readonly KeyReference[]): Conditions {
  const services = [...new Set(keys.map((key) => viaService(service, key.region)))];
  return { StringEquals: { "kms:ViaService": services } };
}

function uniqueKeys(keys: readonly KeyReference[]): readonly KeyReference[] {
  return [...new Map(keys.map((key) => [`${key.account}/${key.region}/${key.alias}`, key])).values()];
}

/** Images and snapshots in some Regions; their ids are not known beforehand, and their ARNs have no account. */
export function inRegions(
  access: RunnerAccess,
  regions: readonly string[],
  kinds: readonly ("image" | "snapshot")[],
  conditions: Conditions = {},
  imageRegions: readonly string[] = [],
): RowGrant | undefined {
  const arns = [
    ...regions.flatMap((region) => kinds.map((kind) => ec2Arn(access.partition, region, kind))),
    ...imageRegions.map((region) => ec2Arn(access.partition, region, "image")),
  ];
  return some([...new Set(arns)], conditions);
}

function ec2Arn(partition: string, region: string, kind: string): string {
  return formatArn({ partition, service: "ec2", region, account: "", resource: `${kind}/*` });
}

/** For actions without resource-level permissions: on anything, in some Regions. */
export function anywhere(regions: readonly string[]): RowGrant | undefined {
  return regions.length === 0
    ? undefined
    : { resources: ["*"], conditions: { StringEquals: { "aws:RequestedRegion": [...new Set(regions)] } } };
}

export function some(resources: readonly string[], conditions: Conditions = {}): RowGrant | undefined {
  if (resources.length === 0) return undefined;
  return { resources, ...(Object.keys(conditions).length === 0 ? {} : { conditions }) };
}
