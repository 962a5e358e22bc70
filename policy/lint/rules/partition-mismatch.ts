import { isRegion, parseArn, partitionOf } from "@keyferry/common";
import { judge } from "../judge";
import type { Item, LintPolicy } from "../policy";
import { isKey, isOpen, isPlaceholder } from "../statement";
import type { Rule } from "../types";
import { regionOfService, viaServices } from "../via-service";

export const partitionMismatch: Rule = {
  id: "partition-mismatch",
  appliesTo: "any",
  title: "ARNs or Regions of two partitions in one policy",
  explanation:
    "partitions are separate: a principal of another partition does not exist, so AWS refuses the policy with invalid principals, and no request is ever for a resource or a Region of another partition",
  fix: "use the ARNs and Regions of the partition that the policy is in: aws, aws-cn or aws-us-gov",
  source: "IAM user guide, Amazon Resource Names: partitions",
  check: (policy) => {
    const found = partitionsIn(policy);
    const own = ownPartition(policy) ?? found[0]?.partition;
    return judge(found, ({ item, partition }) =>
      partition === own
        ? []
        : [{ place: item.place, what: `${item.text} is in partition ${partition}, the policy in ${own}` }],
    );
  },
};

interface Found {
  readonly item: Item;
  readonly partition: string;
}

const ARN_CONDITIONS = ["aws:PrincipalArn", "aws:SourceArn", "kms:GranteePrincipal", "kms:RetiringPrincipal"];

/** The partition according to the context that the caller gives. */
function ownPartition({ context }: LintPolicy): string | undefined {
  if (context.keyArn !== undefined) return parseArn(context.keyArn)?.partition;
  return context.region !== undefined && isRegion(context.region) ? partitionOf(context.region) : undefined;
}

function partitionsIn({ statements }: LintPolicy): readonly Found[] {
  const ofArn = (item: Item): readonly Found[] => {
    const partition = parseArn(item.text)?.partition;
    const unclear =
      partition === undefined || partition === "" || isOpen(partition) || isPlaceholder(item.text);
    return unclear ? [] : [{ item, partition }];
  };
  const ofService = (item: Item): readonly Found[] => {
    const region = regionOfService(item.text);
    return region !== undefined && isRegion(region) ? [{ item, partition: partitionOf(region) }] : [];
  };
  return statements.flatMap((statement) => [
    ...statement.principals.flatMap(ofArn),
    ...statement.resources.flatMap(ofArn),
    ...statement.conditions
      .filter((condition) => isKey(condition, ARN_CONDITIONS))
      .flatMap(({ values }) => values.flatMap(ofArn)),
    ...viaServices([statement]).flatMap(ofService),
  ]);
}
