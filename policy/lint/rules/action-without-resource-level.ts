import { words } from "../actions/words";
import { all, at, judge } from "../judge";
import type { Rule } from "../types";

/** Actions that a copy needs and that do not support resource-level permissions. */
const WITHOUT_RESOURCE = [
  ...words(`
    ConnectCustomKeyStore CreateCustomKeyStore CreateKey DeleteCustomKeyStore DescribeCustomKeyStores
    DisconnectCustomKeyStore GenerateRandom ListAliases ListKeys ListRetirableGrants UpdateCustomKeyStore
  `).map((name) => `kms:${name}`),
  ...words(`
    DescribeAvailabilityZones DescribeImages DescribeInstances DescribeInstanceTypes DescribeLaunchTemplates
    DescribeLaunchTemplateVersions DescribeRegions DescribeSnapshots DescribeStoreImageTasks DescribeTags
    DescribeVolumes DisableEbsEncryptionByDefault EnableEbsEncryptionByDefault GetEbsDefaultKmsKeyId
    GetEbsEncryptionByDefault ModifyEbsDefaultKmsKeyId ResetEbsDefaultKmsKeyId
  `).map((name) => `ec2:${name}`),
].map((action) => action.toLowerCase());

export const actionWithoutResourceLevel: Rule = {
  id: "action-without-resource-level",
  appliesTo: ["identity"],
  title: "an action that cannot be limited to a resource",
  explanation:
    "this action does not support resource-level permissions: with an ARN as Resource the statement never permits it",
  fix: 'put the action in a separate statement with "Resource": "*", and limit it with a condition on aws:RequestedRegion',
  source: "Service authorization reference, Actions defined by AWS Key Management Service and Amazon EC2",
  check: ({ statements }) =>
    judge(
      all(
        statements.filter(({ allows, resources }) => allows && resources.length > 0),
        ({ actions }) => actions,
      ).filter(({ text }) => WITHOUT_RESOURCE.includes(text.toLowerCase())),
      (action) =>
        action.statement.resources.some(({ text }) => text === "*")
          ? []
          : [at(action, `${action.text} needs Resource *`)],
    ),
};
