import { randomUUID } from "node:crypto";
import { AwsError } from "../../../contract";
import type { Relay } from "../../../dispatch";
import { bucketOf } from "../buckets";
import type { S3Parts } from "../parts";
import { emptyAnswer, readXml, xmlAnswer } from "../xml";
import { readNotifications } from "./configuration";
import { refusalOf, send } from "./destination";

const ROOT = "NotificationConfiguration";

/** The only notification configuration of a bucket: a new one replaces the one before. */
export function notificationRelays({ state }: S3Parts): Readonly<Record<string, Relay>> {
  return {
    async PutBucketNotificationConfiguration({ call, cloud, request }) {
      const bucket = bucketOf(state, call);
      const read = readNotifications(bucket, readXml(request.body, ROOT), randomUUID);
      const destinations = [...new Set(read.notifications.map(({ destination }) => destination))];
      const isTested = call.input["SkipDestinationValidation"] !== "true";
      if (isTested) {
        const refused: { readonly arn: string; readonly why: string }[] = [];
        for (const arn of destinations) {
          const why = await refusalOf(cloud, bucket, arn);
          if (why !== undefined) refused.push({ arn, why });
        }
        refuse(refused);
        const test = {
          Service: "Amazon S3",
          Event: "s3:TestEvent",
          Time: cloud.clock.now().toISOString(),
          Bucket: bucket.name,
          RequestId: call.requestId,
          HostId: randomUUID(),
        };
        for (const arn of destinations) await send(cloud, bucket, arn, test);
      }
      if (destinations.length === 0) delete bucket.notifications;
      else bucket.notifications = read;
      return emptyAnswer();
    },
    GetBucketNotificationConfiguration: async ({ call }) =>
      Promise.resolve(xmlAnswer(ROOT, bucketOf(state, call).notifications?.document ?? {})),
  };
}

/** S3 lists each destination that it may not send to, with the reason, next to the message. */
function refuse(refused: readonly { readonly arn: string; readonly why: string }[]): void {
  if (refused.length === 0) return;
  const details = refused.flatMap(({ arn, why }, index) => {
    const number = refused.length === 1 ? "" : String(index + 1);
    return [
      [`ArgumentName${number}`, `${arn}, null`],
      [`ArgumentValue${number}`, why],
    ] as const;
  });
  throw new AwsError(
    "InvalidArgument",
    "Unable to validate the following destination configurations",
    400,
    {},
    Object.fromEntries(details),
  );
}
