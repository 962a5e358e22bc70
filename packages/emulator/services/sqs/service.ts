import type { Call } from "../../contract";
import type { MountedService, Relay } from "../../dispatch";
import { authorised, given, ON_ANY, ownArn, rows, type StoredTable } from "../stored/table";

const TABLE: StoredTable = {
  ...rows(
    { on: queue },
    "AddPermission",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "DeleteQueue",
    "GetQueueAttributes",
    "ListDeadLetterSourceQueues",
    "ListQueueTags",
    "PurgeQueue",
    "ReceiveMessage",
    "RemovePermission",
    "SendMessage",
    "SetQueueAttributes",
    "TagQueue",
    "UntagQueue",
  ),
  ChangeMessageVisibilityBatch: { on: queue, action: "ChangeMessageVisibility" },
  DeleteMessageBatch: { on: queue, action: "DeleteMessage" },
  SendMessageBatch: { on: queue, action: "SendMessage" },
  CreateQueue: { on: named, tagging: "TagQueue" },
  GetQueueUrl: { on: named },
  ListQueues: ON_ANY,
};

/** A batch of messages is up to 1 MiB, and up to six times that with every character of it escaped. */
const LONGEST_BATCH = 8 * 1024 * 1024;

/** SQS: authorised by identity, stored in moto; queue policies are stored and not evaluated. */
export function sqsService(): MountedService {
  return {
    name: "sqs",
    protocol: "json",
    olderProtocol: "query",
    operations: {},
    forwarded: authorised("sqs", TABLE),
    relays: { GetQueueAttributes: asWritten },
    unlisted: "administrators",
    longestBody: LONGEST_BATCH,
  };
}

/** A queue by its URL, which ends in the account and the name, or by its name alone: then it belongs to the caller. */
function queue(call: Call): readonly string[] {
  const [name = "", account = ""] = given(call.input, "QueueUrl").split("/").reverse();
  const owner = /^\d{12}$/.test(account) ? account : call.caller.account;
  return [ownArn({ ...call, caller: { ...call.caller, account: owner } }, "sqs", name)];
}

function named(call: Call): readonly string[] {
  return [ownArn(call, "sqs", given(call.input, "QueueName"))];
}

/** SQS returns policies without the spaces that moto writes between their parts; clients compare them as text. */
const asWritten: Relay = async ({ request, forward }) => {
  const response = await forward(request);
  const redrive = /("RedrivePolicy": ?)("(?:[^"\\]|\\.)*")/;
  const body = String(response.body).replace(
    redrive,
    (_all, name: string, text: string) => name + compact(text),
  );
  return { ...response, body };
};

/** A JSON document inside a JSON string. */
function compact(text: string): string {
  return JSON.stringify(JSON.stringify(JSON.parse(JSON.parse(text) as string)));
}
