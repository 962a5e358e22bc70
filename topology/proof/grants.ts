import { parseArn } from "@keyferry/common";
import { keyReferenceId, type KeyReference } from "../../policy";
import { granteeArns, LAUNCH_OPERATIONS } from "../../policy/launch-grants";
import { namedKeyDeclarations } from "../access";
import type { Topology } from "../model";

/** A grant of a synthesised stack. */
export interface SynthesisedGrant {
  /** `foundation-grants-prod: aws_kms_grant.one` */
  readonly name: string;
  /** 12-digit id of the account that creates the grant. */
  readonly account: string;
  readonly key: KeyReference;
  /** ARN of the role that gets the grant. */
  readonly grantee: string;
  readonly operations: readonly string[];
}

/**
 * Problems of the grants of synthesised stacks, one sentence each: grants that do not allow a launch, grants that are not declared,
 * and declared grants that no stack creates.
 */
export function grantProblems(topology: Topology, grants: readonly SynthesisedGrant[]): readonly string[] {
  const declared = declaredGrants(topology);
  const made = new Set(grants.map(idOf));
  return [
    ...grants.flatMap((grant) => problemsOf(grant, declared)),
    ...[...declared].filter((id) => !made.has(id)).map((id) => `no stack creates the grant ${id}`),
  ];
}

function problemsOf(grant: SynthesisedGrant, declared: ReadonlySet<string>): readonly string[] {
  const { name, account, grantee, operations } = grant;
  const owner = parseArn(grantee)?.account;
  if (owner !== account)
    return [`${name} is created by account ${account} for a role of ${owner}: it does not allow a launch`];
  const missing = LAUNCH_OPERATIONS.filter((operation) => !operations.includes(operation));
  return [
    ...(missing.length === 0 ? [] : [`${name} lacks ${missing.join(", ")}, without which launches fail`]),
    ...([...declared].some((id) => whateverGeneration(id) === whateverGeneration(idOf(grant)))
      ? []
      : [`${name} is not declared: the topology has no such grant`]),
  ];
}

function declaredGrants(topology: Topology): ReadonlySet<string> {
  return new Set(
    namedKeyDeclarations(topology).flatMap((key) => {
      const own = topology.keys.find(
        ({ account, name, regions }) =>
          account.id === key.account && regions.includes(key.region) && key.alias.includes(`/${name}/`),
      );
      return (own?.launchGrants ?? []).flatMap(({ account, grantee }) =>
        granteeArns(key.partition, account.id, [grantee]).map((arn) => idOf({ key, grantee: arn })),
      );
    }),
  );
}

function idOf({ key, grantee }: Pick<SynthesisedGrant, "key" | "grantee">): string {
  return `of ${grantee} on ${keyReferenceId(key)}`;
}

/** Former generations of a key have the same grants, because images under them are still launched. */
function whateverGeneration(id: string): string {
  return id.replace(/\/\d+$/, "");
}
