import { iamArn } from "@keyferry/common";
import type { RequestPrincipal } from "@keyferry/evaluator";
import { sessionOf } from "../../policy/proof";
import type { Account, Topology } from "../model";

/** A principal of the operator account that its IAM allows to run the script. */
export function operatorPrincipal(topology: Topology): RequestPrincipal {
  const { partition, operator } = topology;
  return { kind: "user", account: operator.id, arn: iamArn(partition, operator.id, "user/operator") };
}

/** A session of the runner role of an account. */
export function runnerSession(topology: Topology, account: Account): RequestPrincipal {
  return sessionOf(topology.partition, account.id, account.runnerRole);
}
