import { accountPrincipal } from "@keyferry/common";
import { uniqueBy } from "../../core/unique-by";
import { proofTarget, renderPolicy, type PolicyStatement } from "../../policy";
import { judgeCall, type ProofCall, type ProofDocuments } from "../../policy/proof";
import { askedKeys, type AskedKey } from "../keys/asked-keys";
import type { Topology } from "../model";
import type { TopologyProof } from "./prove";

/** What the policy of a key that the topology does not make has to have, as its owner puts it there. */
export interface AskedStatements {
  readonly asked: AskedKey;
  readonly statements: readonly PolicyStatement[];
}

/** What every such policy must have; none where its account's IAM decides about all. */
export function askedStatements(topology: Topology): readonly AskedStatements[] {
  return askedKeys(topology)
    .map((asked) => ({ asked, statements: renderPolicy(asked.statements, proofTarget).Statement }))
    .filter(({ statements }) => statements.length > 0);
}

/** Whether the key's policy is what a call lacks. */
export function lacksKeyPolicy(
  { call, missing }: TopologyProof["failures"][number],
  { key }: AskedKey,
): boolean {
  return call.request.resource === proofTarget.keyArn(key) && missing.some(({ side }) => side === "resource");
}

/**
 * What policies lack so that the calls that they refuse are allowed: statements of the permission table where these allow them, else one
 * that lets IAM of the key's account decide about the role.
 * @param documents that were proved, with the policies as they are
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

/** Whether a statement alone is what a key's policy needs for a call. */
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

/** A statement for each role, which its own IAM policy narrows. */
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
