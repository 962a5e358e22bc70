import {
  DST,
  policy,
  REGION,
  startTestCloud,
  trusting,
  type Credentials,
  type TestCloud,
} from "../lib/cloud";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.stop());

/** A request as clients of the service send it. */
interface Ask {
  readonly service: string;
  /** `Operation` in JSON, `query Operation` in a form, or method and path. */
  readonly call: string;
  readonly input?: Readonly<Record<string, unknown>>;
  /** The required IAM permissions: action and resource, all of them. */
  readonly needs: readonly (readonly [action: string, resource: string])[];
}

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${DST}:${resource}`;
const queue = arn("sqs", "orders");
const QueueUrl = `http://127.0.0.1:4566/${DST}/orders`;
const topic = arn("sns", "orders");
const table = arn("dynamodb", "table/orders");
const group = arn("logs", "log-group:/shop:log-stream:");
const lambda = arn("lambda", "function:orders");
const role = `arn:aws:iam::${DST}:role/orders`;

const ASKED: readonly Ask[] = [
  ask("sqs", "CreateQueue", { QueueName: "orders" }, ["sqs:CreateQueue", queue]),
  ask(
    "sqs",
    "CreateQueue",
    { QueueName: "orders", tags: { team: "shop" } },
    ["sqs:CreateQueue", queue],
    ["sqs:TagQueue", queue],
  ),
  ask("sqs", "query GetQueueAttributes", { QueueUrl }, ["sqs:GetQueueAttributes", queue]),
  ask("sqs", "SendMessageBatch", { QueueUrl, Entries: [] }, ["sqs:SendMessage", queue]),
  ask("sqs", "ListQueues", {}, ["sqs:ListQueues", "*"]),
  ask("sns", "query CreateTopic", { Name: "orders" }, ["sns:CreateTopic", topic]),
  ask("sns", "query Subscribe", { TopicArn: topic, Protocol: "sqs" }, ["sns:Subscribe", topic]),
  ask("sns", "query TagResource", { ResourceArn: topic }, ["sns:TagResource", topic]),
  ask("sns", "query Unsubscribe", { SubscriptionArn: `${topic}:1` }, ["sns:Unsubscribe", "*"]),
  ask("dynamodb", "CreateTable", { TableName: "orders" }, ["dynamodb:CreateTable", table]),
  ask(
    "dynamodb",
    "CreateTable",
    { TableName: "orders", Tags: [{ Key: "team", Value: "shop" }] },
    ["dynamodb:CreateTable", table],
    ["dynamodb:TagResource", table],
  ),
  ask("dynamodb", "DescribeTable", { TableName: table }, ["dynamodb:DescribeTable", table]),
  ask("dynamodb", "ListTagsOfResource", { ResourceArn: table }, ["dynamodb:ListTagsOfResource", table]),
  ask("logs", "CreateLogGroup", { logGroupName: "/shop" }, ["logs:CreateLogGroup", group]),
  ask("logs", "DescribeLogGroups", {}, ["logs:DescribeLogGroups", arn("logs", "log-group::log-stream:")]),
  ask("logs", "PutLogEvents", { logGroupName: "/shop", logStreamName: "1" }, [
    "logs:PutLogEvents",
    `${group}1`,
  ]),
  ask("logs", "TagResource", { resourceArn: arn("logs", "log-group:/shop:*"), tags: { a: "b" } }, [
    "logs:TagResource",
    arn("logs", "log-group:/shop"),
  ]),
  ask(
    "lambda",
    "POST /2015-03-31/functions",
    { FunctionName: "orders", Role: role },
    ["lambda:CreateFunction", lambda],
    ["iam:PassRole", role],
  ),
  ask("lambda", "GET /2015-03-31/functions/orders", {}, ["lambda:GetFunction", lambda]),
  ask("lambda", "GET /2015-03-31/functions/", {}, ["lambda:ListFunctions", "*"]),
  ask("lambda", `DELETE /2017-03-31/tags/${encodeURIComponent(lambda)}?tagKeys=a`, {}, [
    "lambda:UntagResource",
    lambda,
  ]),
];

function ask(service: string, call: string, input: Ask["input"], ...needs: Ask["needs"][number][]): Ask {
  return { service, call, input, needs };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly forwarded: boolean;
}

async function send({ service, call, input = {} }: Omit<Ask, "needs">, by: Credentials): Promise<Answer> {
  const scope = `${by.accessKeyId}/20300101/${REGION}/${service}/aws4_request`;
  const [method = "", path = ""] = /^(GET|POST|PUT|DELETE) /.test(call) ? call.split(" ") : ["POST", "/"];
  const isForm = call.startsWith("query ");
  const texts = Object.fromEntries(Object.entries(input).map(([name, value]) => [name, String(value)]));
  const before = cloud.moto.asked.length;
  const answer = await fetch(cloud.url + path, {
    method,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json",
      ...(by.sessionToken === undefined ? {} : { "x-amz-security-token": by.sessionToken }),
      ...(isForm || path !== "/" ? {} : { "x-amz-target": `Service_20200101.${call}` }),
    },
    body: isForm
      ? new URLSearchParams({ Action: call.slice(6), ...texts }).toString()
      : ["GET", "DELETE"].includes(method)
        ? undefined
        : JSON.stringify(input),
  });
  const text = await answer.text();
  const forwarded = cloud.moto.asked.slice(before).some((asked) => asked.startsWith(`${DST} ${service} `));
  return { status: answer.status, text, forwarded };
}

let made = 0;
/** A session that has the given permissions and no others. */
function sessionWith(allowed: Ask["needs"]): Promise<Credentials> {
  const policies = Object.fromEntries(
    allowed.map(([Action, Resource], index) => [`p${index}`, policy({ Action, Resource })]),
  );
  return cloud.session(DST, cloud.moto.addRole(DST, `deploy${++made}`, { trust: trusting(DST), policies }));
}

test.each(
  ASKED.map((one) => [`${one.service} ${one.call}`, one.needs.map(([action]) => action), one] as const),
)("%s requires %j, all of it", async (_name, _actions, one) => {
  const [action = "", resource = ""] = one.needs.at(-1) ?? [];
  const refused = await send(one, await sessionWith(one.needs.slice(0, -1)));
  expect(refused.forwarded).toBe(false);
  expect([400, 403]).toContain(refused.status);
  expect(refused.text).toContain(`is not authorized to perform: ${action}`);
  if (resource !== "*") expect(refused.text).toContain(`on resource: ${resource}`);

  expect((await send(one, await sessionWith(one.needs))).forwarded).toBe(true);
});

test("a queue of another account needs its owner's policy, which is not evaluated: denied", async () => {
  const url = "http://127.0.0.1:4566/333333333333/orders";
  const theirs = `arn:aws:sqs:${REGION}:333333333333:orders`;
  const one = { service: "sqs", call: "SendMessage", input: { QueueUrl: url } };
  const answer = await send(one, await sessionWith([["sqs:SendMessage", theirs]]));
  expect(answer.text).toContain("no resource-based policy allows the sqs:SendMessage action");
});

test.each([
  { service: "dynamodb", call: "PutItem", input: { TableName: "orders" } },
  { service: "lambda", call: "POST /2015-03-31/functions/orders/invocations" },
])("an operation that is not in the table, $call, is allowed only for administrators", async (one) => {
  const everything = await sessionWith([["*", "*"]]);
  const refused = await send(one, everything);
  expect(refused).toMatchObject({ status: 400, forwarded: false });
  expect(refused.text).toContain("UnsupportedOperation");
  const administrator = { accessKeyId: DST, secretAccessKey: "rehearsal" };
  expect((await send(one, administrator)).forwarded).toBe(true);
});
