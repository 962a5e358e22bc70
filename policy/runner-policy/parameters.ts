import { parameterArn } from "@keyferry/common";
import type { PermissionRow } from "../row";
import type { RunnerAccess } from "../runner";
import { anywhere, some } from "./row-grants";

/** Which parameters the runner role may write: its records, and the parameters that it publishes. */
export const PARAMETER_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "KeepBooks",
    actions: ["ssm:GetParameters", "ssm:GetParameterHistory", "ssm:PutParameter"],
    basis: "enforced",
    why: "leases and intents are stored in the account and Region of the source image, so that two runs do not conflict and any machine can resume; a run that wrote a parameter too late restores the value that it replaced",
    source: "Systems Manager user guide, Restricting access to parameters",
    grant: (access) =>
      some(
        access.bookkeepsIn.map((region) =>
          parameterArn(region, access.account, `/keyferry/${access.topology}/*`),
        ),
      ),
  },
  {
    id: "RemoveBooks",
    actions: ["ssm:DeleteParameter"],
    basis: "enforced",
    why: "leases and intents are deleted when a run has ended; those of a rule that was removed from the topology can be in any Region that the account still uses",
    source: "Systems Manager user guide, Restricting access to parameters",
    grant: (access) =>
      some(
        worksIn(access).map((region) =>
          parameterArn(region, access.account, `/keyferry/${access.topology}/*`),
        ),
      ),
  },
  {
    id: "FindBooks",
    actions: ["ssm:GetParametersByPath"],
    basis: "enforced",
    why: "keyferry clean finds the records of rules that were removed from the topology; AWS checks the call on the path itself",
    source: "Systems Manager API reference, GetParametersByPath",
    grant: (access) =>
      some(
        worksIn(access).map((region) => parameterArn(region, access.account, `/keyferry/${access.topology}`)),
      ),
  },
  {
    id: "Publish",
    actions: ["ssm:GetParameters", "ssm:GetParameterHistory", "ssm:ListTagsForResource", "ssm:PutParameter"],
    basis: "enforced",
    why: "launch templates find the proved copy through its parameter; a rollback restores a previous value; the tags show whether the parameter belongs to the topology, before it is overwritten",
    source: "Systems Manager user guide, Native parameter support for Amazon Machine Image IDs",
    grant: (access) =>
      some(access.publishes.map(({ region, parameter }) => parameterArn(region, access.account, parameter))),
  },
  {
    id: "FindPublished",
    actions: ["ssm:DescribeParameters"],
    basis: "enforced",
    why: "a parameter that a removed rule published still contains an image, but its name is no longer known, so it is found by its tags; a parameter that another team's launch template names is looked up by its name and type; the action returns no values and has no resource-level permission",
    source: "Systems Manager API reference, DescribeParameters",
    grant: (access) => anywhere(worksIn(access)),
  },
  {
    id: "TagParameters",
    actions: ["ssm:AddTagsToResource"],
    basis: "enforced",
    why: "leases, intents and published parameters get lineage tags in the call that creates them; no other parameter may be tagged, and no other tags may be set",
    source: "Systems Manager user guide, Working with parameters in Parameter Store (tags)",
    grant: (access) =>
      some(
        [
          ...access.bookkeepsIn.map((region) =>
            parameterArn(region, access.account, `/keyferry/${access.topology}/*`),
          ),
          ...access.publishes.map(({ region, parameter }) => parameterArn(region, access.account, parameter)),
        ],
        {
          StringEquals: { "aws:RequestTag/keyferry:topology": [access.topology] },
          "ForAllValues:StringEquals": { "aws:TagKeys": ["keyferry:topology", "keyferry:role"] },
          Null: { "aws:TagKeys": ["false"] },
        },
      ),
  },
];

/** Regions in which an account sends or receives images. */
function worksIn({ bookkeepsIn, copiesInto, launchesSharedIn }: RunnerAccess): readonly string[] {
  return [...new Set([...bookkeepsIn, ...copiesInto, ...launchesSharedIn])];
}
