import { accountPrincipal } from "@keyferry/common";
import { uniqueBy } from "../../core/unique-by";
import { proofTarget, renderPolicy, type PolicyStatement } from "../../policy";
import { judgeCall, type ProofCall, type ProofDocuments } from "../../policy/proof";
import { askedKeys, type AskedKey } from "../keys/asked-keys";
import type { Topology } from "../model";
import type { TopologyProof } from "./prove";

/** The statements that the owner of a key must add to its policy, if the topology does not create the key. */
export interface AskedStatements {
  readonly asked: AskedKey;
  readonly statements: readonly PolicyStatement[];
}

/** The statements that each such policy needs. Keys whose account's IAM decides about all calls are left out. */
export function askedStatements(topology: Topology): readonly AskedStatements[] {
  return askedKeys(topology)
    .map((asked) => ({ asked, statements: renderPolicy(asked.statements, proofTarget).Statement }))
    .filter(({ statements }) => statements.length > 0);
}

/** Whether a call is refused because a statement is missing in the key's policy. */
export function lacksKeyPolicy(
  { call, missing }: TopologyProof["failures"][number],
  { key }: AskedKey,
): boolean {
  return call.request.resource === proofTarget.keyArn(key) && missing.some(({ side }) => side === "resource");
}

/**
 * The statements that are missing in key policies for the calls that they refuse: statements of the permission table if these allow the
 * calls, or else one that lets IAM of the key's account decide about the role.
 * @param documents the proved documents, with the policies as they are
 */
export function missingStatements(
  topology: Topology,
  proof: TopologyProof,
  documents: ProofDocuments,
): readonly AskedStatements[] {
  return askedKeys(topology).flatMap((asked): AskedStatements[] => {
    const calls = proof.failures.filter((failure) => lacksKeyPolicy(failure, asked)).map(({ call }) => call);
    if (calls.length === 0) return [];
    const table = renderPolicy(asked.statements, proofTarget).Statement;
    const lacking = table.filter((one) => calls.some((call) => isAllowedBy(call, one, asked, documents)));
    const rest = calls.filter((call) => !lacking.some((one) => isAllowedBy(call, one, asked, documents)));
    return [{ asked, statements: [...lacking, ...leftToIam(topology, rest)] }];
  });
}

/** Whether a key policy with only this statement allows a call. */
function isAllowedBy(
  call: ProofCall,
  statement: PolicyStatement,
  { key }: AskedKey,
  documents: ProofDocuments,
): boolean {
  const document = { Version: "2012-10-17", Statement: [statement] };
  const keys = new Map([...documents.keys, [proofTarget.keyArn(key), { name: "the statement", document }]]);
  const verdict = judgeCall(call, { ...documents, keys });
  if (verdict.allowed) return true;
  return verdict.reason === "missing-allow" && verdict.missing.every(({ side }) => side !== "resource");
}

/** A statement for each role; the role's own IAM policy limits it. */
function leftToIam(topology: Topology, calls: readonly ProofCall[]): readonly PolicyStatement[] {
  const callers = uniqueBy(
    calls.map(({ request: { principal } }) => principal),
    ({ roleArn, arn }) => roleArn ?? arn,
  );
  return callers.map((caller, index): PolicyStatement => {
    const arn = caller.roleArn ?? caller.arn;
    const own = calls.filter(({ request: { principal } }) => (principal.roleArn ?? principal.arn) === arn);
    return {
      Sid: `IamDecidesAboutRole${index + 1}`,
      Effect: "Allow",
      Principal: { AWS: [accountPrincipal(topology.partition, caller.account)] },
      Action: [...new Set(own.map(({ request }) => request.action))].sort(),
      Resource: ["*"],
      Condition: { ArnEquals: { "aws:PrincipalArn": [arn] } },
    };
  });
}
