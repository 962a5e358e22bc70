import type { Call } from "../../contract";
import type { MountedService } from "../../dispatch";
import { authorised, given, ON_ANY, ownArn, rows, type StoredTable } from "../stored/table";

const TABLE: StoredTable = {
  ...rows(
    { on: table },
    "DeleteTable",
    "DescribeContinuousBackups",
    "DescribeContributorInsights",
    "DescribeKinesisStreamingDestination",
    "DescribeTable",
    "DescribeTimeToLive",
    "UpdateContinuousBackups",
    "UpdateTable",
    "UpdateTimeToLive",
  ),
  ...rows(
    { on: ({ input }) => [given(input, "ResourceArn")] },
    "DeleteResourcePolicy",
    "GetResourcePolicy",
    "ListTagsOfResource",
    "PutResourcePolicy",
    "TagResource",
    "UntagResource",
  ),
  CreateTable: { on: table, tagging: "TagResource" },
  ...rows(ON_ANY, "DescribeEndpoints", "DescribeLimits", "ListTables"),
};

/**
 * DynamoDB's tables: authorised by identity, stored in moto; resource policies are stored and not evaluated. Items are
 * not supported, since their condition keys (`dynamodb:LeadingKeys`, `dynamodb:Attributes`) would have to be read from
 * expressions.
 */
export function dynamoDbService(): MountedService {
  return {
    name: "dynamodb",
    protocol: "json",
    operations: {},
    forwarded: authorised("dynamodb", TABLE),
    unlisted: "administrators",
  };
}

/** A table is identified by its name or its ARN. */
function table(call: Call): readonly string[] {
  const name = given(call.input, "TableName");
  return [name.startsWith("arn:") ? name : ownArn(call, "dynamodb", `table/${name}`)];
}
