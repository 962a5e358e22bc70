import type { Call } from "../../contract";
import type { MountedService } from "../../dispatch";
import { authorised, given, ON_ANY, ownArn, rows, type StoredTable } from "../stored/table";

const TABLE: StoredTable = {
  ...rows(
    { on: topic },
    "AddPermission",
    "ConfirmSubscription",
    "DeleteTopic",
    "GetDataProtectionPolicy",
    "GetTopicAttributes",
    "ListSubscriptionsByTopic",
    "Publish",
    "PutDataProtectionPolicy",
    "RemovePermission",
    "SetTopicAttributes",
  ),
  ...rows({ on: tagged }, "ListTagsForResource", "TagResource", "UntagResource"),
  ...rows(
    ON_ANY,
    "GetSubscriptionAttributes",
    "ListSubscriptions",
    "ListTopics",
    "SetSubscriptionAttributes",
    "Unsubscribe",
  ),
  CreateTopic: { on: (call) => [ownArn(call, "sns", given(call.input, "Name"))], tagging: "TagResource" },
  PublishBatch: { on: topic, action: "Publish" },
  Subscribe: {
    on: topic,
    context: ({ input }) => ({
      "sns:Endpoint": given(input, "Endpoint"),
      "sns:Protocol": given(input, "Protocol"),
    }),
  },
};

/** SNS: authorised by identity, stored in moto; topic policies are stored and not evaluated. */
export function snsService(): MountedService {
  return {
    name: "sns",
    protocol: "query",
    xmlNamespace: "http://sns.amazonaws.com/doc/2010-03-31/",
    operations: {},
    forwarded: authorised("sns", TABLE),
    unlisted: "administrators",
  };
}

/** Data protection policies call the topic `ResourceArn`. */
function topic({ input }: Call): readonly string[] {
  return [given(input, "TopicArn") || given(input, "TargetArn") || given(input, "ResourceArn")];
}

function tagged({ input }: Call): readonly string[] {
  return [given(input, "ResourceArn")];
}
