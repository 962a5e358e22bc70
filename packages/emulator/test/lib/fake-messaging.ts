import type { WireRequest, WireResponse } from "../../wire/message";

interface Destination {
  readonly attributes: Readonly<Record<string, string>>;
  readonly messages: string[];
}

/** moto's part for queues and topics when the cloud itself sends to them. */
export class FakeMessaging {
  /** By ARN. */
  readonly destinations = new Map<string, Destination>();

  /** @param policy of the queue or topic @default - no other account and no service is allowed */
  add(arn: string, policy?: object, more: Readonly<Record<string, string>> = {}): Destination {
    const attributes = { ...(policy === undefined ? {} : { Policy: JSON.stringify(policy) }), ...more };
    const made: Destination = { attributes, messages: [] };
    this.destinations.set(arn, made);
    return made;
  }

  sqs(account: string, region: string, operation: string, request: WireRequest): WireResponse {
    const input = memberTexts(request.body.toString());
    const name = (input["QueueName"] ?? input["QueueUrl"] ?? "").split("/").pop() ?? "";
    const found = this.destinations.get(`arn:aws:sqs:${region}:${account}:${name}`);
    if (found === undefined) return json(400, { __type: "com.amazonaws.sqs#QueueDoesNotExist" });
    if (operation === "GetQueueUrl") return json(200, { QueueUrl: `http://sqs/${account}/${name}` });
    if (operation === "GetQueueAttributes") return json(200, { Attributes: found.attributes });
    found.messages.push(input["MessageBody"] ?? "");
    return json(200, {});
  }

  sns(form: URLSearchParams): WireResponse {
    const found = this.destinations.get(form.get("TopicArn") ?? "");
    if (found === undefined)
      return xml(404, "<ErrorResponse><Error><Code>NotFound</Code></Error></ErrorResponse>");
    if (form.get("Action") === "Publish") {
      found.messages.push(form.get("Message") ?? "");
      return xml(200, "<PublishResponse><PublishResult/></PublishResponse>");
    }
    const entries = Object.entries(found.attributes).map(
      ([key, value]) => `<entry><key>${key}</key><value>${value.replaceAll('"', "&quot;")}</value></entry>`,
    );
    return xml(
      200,
      `<GetTopicAttributesResponse><GetTopicAttributesResult><Attributes>${entries.join("")}</Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>`,
    );
  }
}

/** The members that are strings; none for a body that is not JSON, such as the forms of the older protocol. */
function memberTexts(body: string): Readonly<Record<string, string>> {
  try {
    const members = Object.entries((JSON.parse(body) ?? {}) as object);
    return Object.fromEntries(members.filter(([, member]) => typeof member === "string"));
  } catch {
    return {};
  }
}

function json(status: number, body: object): WireResponse {
  return { status, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify(body) };
}

function xml(status: number, body: string): WireResponse {
  return { status, headers: { "content-type": "text/xml" }, body };
}
