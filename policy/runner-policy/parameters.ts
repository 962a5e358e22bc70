import { parameterArn } from "@keyferry/common";
import type { PermissionRow } from "../row";
import type { RunnerAccess } from "../runner";
import { anywhere, some } from "./row-grants";

/** Which parameters the runner role may write: its books, and what it publishes. */
export const PARAMETER_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "KeepBooks",
    actions: ["ssm:GetParameters", "ssm:GetParameterHistory", "ssm:PutParameter"],
    basis: "enforced",
    why: "leases and intents live beside the source image, so that two runs do not meet and any machine can resume; a run that has written too late puts back what it has replaced",
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
    why: "leases and intents go when a run has ended; those of a rule that the topology has dropped may lie wherever its account still works",
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
    why: "keyferry clean finds what rules that the topology has dropped have left; the call is checked on the path itself",
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
    why: "launch templates find the proved copy through its parameter; what it has shown before is what a rollback goes back to; its tags tell whether it is the topology's, before anything is written over it",
    source: "Systems Manager user guide, Native parameter support for Amazon Machine Image IDs",
    grant: (access) =>
      some(access.publishes.map(({ region, parameter }) => parameterArn(region, access.account, parameter))),
  },
  {
    id: "FindPublished",
    actions: ["ssm:DescribeParameters"],
    basis: "enforced",
    why: "a parameter that a dropped rule has published still shows an image, and its name is not known any more; it is found by its tags; a parameter that another team's launch template names is looked up by its name and type; the action shows no values and has no resource-level permission",
    source: "Systems Manager API reference, DescribeParameters",
    grant: (access) => anywhere(worksIn(access)),
  },
  {
    id: "TagParameters",
    actions: ["ssm:AddTagsToResource"],
    basis: "enforced",
    why: "leases, intents and published parameters carry lineage tags from the call on that creates them; nothing else may be tagged, and with nothing else",
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
