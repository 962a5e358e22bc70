import type { Call } from "../../contract";
import type { MountedService } from "../../dispatch";
import { authorised, given, ownArn, rows, type StoredTable } from "../stored/table";

const TABLE: StoredTable = {
  ...rows(
    { on: group },
    "AssociateKmsKey",
    "DeleteLogGroup",
    "DeleteMetricFilter",
    "DeleteRetentionPolicy",
    "DeleteSubscriptionFilter",
    "DescribeLogGroups",
    "DescribeLogStreams",
    "DescribeMetricFilters",
    "DescribeSubscriptionFilters",
    "DisassociateKmsKey",
    "FilterLogEvents",
    "ListTagsLogGroup",
    "PutMetricFilter",
    "PutRetentionPolicy",
    "TagLogGroup",
    "UntagLogGroup",
  ),
  CreateLogGroup: { on: group, tagging: "TagResource" },
  ...rows({ on: stream }, "CreateLogStream", "DeleteLogStream", "GetLogEvents", "PutLogEvents"),
  ...rows({ on: resource }, "ListTagsForResource", "TagResource", "UntagResource"),
};

/** CloudWatch Logs: log groups and streams, authorised by identity, stored in moto. */
export function logsService(): MountedService {
  return {
    name: "logs",
    protocol: "json",
    operations: {},
    forwarded: authorised("logs", TABLE),
    unlisted: "administrators",
  };
}

/**
 * Every action except tagging is checked on the group's ARN plus the part after its name, so that a policy must say
 * `log-group:name:*`. Source: CloudWatch Logs user guide, "Overview of managing access", resource ARNs.
 */
function group(call: Call): readonly string[] {
  return [ownArn(call, "logs", `log-group:${groupName(call)}:log-stream:`)];
}

function stream(call: Call): readonly string[] {
  const name = given(call.input, "logStreamName");
  return [ownArn(call, "logs", `log-group:${groupName(call)}:log-stream:${name}`)];
}

/** Tagging uses the ARN without the part after the name. */
function resource({ input }: Call): readonly string[] {
  return [given(input, "resourceArn").replace(/:\*$/, "")];
}

function groupName({ input }: Call): string {
  const named = given(input, "logGroupName") || given(input, "logGroupIdentifier");
  return named.replace(/^arn:.*:log-group:/, "").replace(/:\*$/, "");
}
