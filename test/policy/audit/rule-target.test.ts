import { proofTarget, renderPolicy, ruleTargetKeyPolicy, ruleTargetPolicy } from "../../../policy";

const environment = { partition: "aws", account: "111111111111", region: "eu-central-1" };
const topicArn = "arn:aws:sns:eu-central-1:111111111111:alarms";
const queueArn = "arn:aws:sqs:eu-central-1:111111111111:alarms";
const queue = { queueArn, environment, ruleNames: ["keys-rotated", "keys-deleted"] };
const PRINCIPAL = { Service: ["events.amazonaws.com"] };

test("a queue policy allows only events of the named rules", () => {
  expect(renderPolicy(ruleTargetPolicy(queue), proofTarget).Statement).toEqual([
    {
      Sid: "EventBridgeSends",
      Effect: "Allow",
      Principal: PRINCIPAL,
      Action: ["sqs:SendMessage"],
      Resource: [queueArn],
      Condition: {
        ArnEquals: {
          "aws:SourceArn": [
            "arn:aws:events:eu-central-1:111111111111:rule/keys-rotated",
            "arn:aws:events:eu-central-1:111111111111:rule/keys-deleted",
          ],
        },
      },
    },
  ]);
});

test("the policies of a topic, and of the key of a topic or a queue, have no conditions, because EventBridge would not meet them", () => {
  expect(renderPolicy(ruleTargetPolicy({ topicArn }), proofTarget).Statement).toEqual([
    {
      Sid: "EventBridgePublishes",
      Effect: "Allow",
      Principal: PRINCIPAL,
      Action: ["sns:Publish"],
      Resource: [topicArn],
    },
  ]);
  const statement = {
    Sid: "EventBridgeEncryptsEvents",
    Effect: "Allow",
    Principal: PRINCIPAL,
    Action: ["kms:GenerateDataKey", "kms:Decrypt"],
    Resource: ["*"],
  };
  for (const target of [queue, { topicArn }])
    expect(renderPolicy(ruleTargetKeyPolicy(target), proofTarget).Statement).toEqual([statement]);
});
