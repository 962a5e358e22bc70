/** The IAM checks of an EC2 operation: resource ARNs and the condition keys that describe them. */
import { formatArn, imageArn, partitionOf, snapshotArn } from "@keyferry/common";
import type { ContextValue } from "@keyferry/evaluator";
import type { AccessCheck, Call } from "../../contract";
import type { Image, Snapshot } from "./state";

type Context = Readonly<Record<string, ContextValue>>;

/** ARN of an EC2 resource that has an account in its ARN: instances, volumes, launch templates, ... */
export function ec2Arn(
  call: { readonly region: string; readonly caller: { readonly account: string } },
  resource: string,
): string {
  const { region, caller } = call;
  return formatArn({
    partition: partitionOf(region),
    service: "ec2",
    region,
    account: caller.account,
    resource,
  });
}

/** One check of the call's own action. */
export function ownCheck(call: Call, resource: string, context: Context = {}): AccessCheck {
  return { action: `ec2:${call.operation}`, resource, context: { "ec2:Region": call.region, ...context } };
}

/** For operations that have no resource. */
export function anyResource(call: Call): readonly AccessCheck[] {
  return [ownCheck(call, "*")];
}

export function tagContext(tags: Readonly<Record<string, string>>): Context {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`ec2:ResourceTag/${key}`, value],
    ]),
  );
}

/** Condition keys of the tags that a call sets. */
export function requestTagContext(tags: Readonly<Record<string, string>>): Context {
  const keys = Object.keys(tags);
  if (keys.length === 0) return {};
  return {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    "aws:TagKeys": keys,
  };
}

/** Tagging during creation needs a separate permission. Source: EC2 user guide, "Grant permission to tag during creation". */
export function tagOnCreateCheck(
  call: Call,
  resource: string,
  tags: Readonly<Record<string, string>>,
): readonly AccessCheck[] {
  if (Object.keys(tags).length === 0) return [];
  return [
    {
      action: "ec2:CreateTags",
      resource,
      context: { "ec2:Region": call.region, "ec2:CreateAction": call.operation, ...requestTagContext(tags) },
    },
  ];
}

/** An image as IAM sees it; an image that does not exist still has an ARN. */
export function imageCheck(
  call: Call,
  region: string,
  imageId: string,
  image: Image | undefined,
  tags: Readonly<Record<string, string>>,
): AccessCheck {
  const described: Context =
    image === undefined
      ? {}
      : {
          "ec2:Owner": image.ownerAlias ?? image.owner,
          "ec2:Public": String(image.public),
          ...tagContext(tags),
        };
  return ownCheck(call, imageArn(region, imageId), described);
}

/** A snapshot as IAM sees it; a snapshot that does not exist still has an ARN. */
export function snapshotCheck(
  call: Call,
  snapshotId: string,
  snapshot: Snapshot | undefined,
  tags: Readonly<Record<string, string>>,
): AccessCheck {
  const described: Context =
    snapshot === undefined
      ? {}
      : { "ec2:Owner": snapshot.owner, "ec2:VolumeSize": String(snapshot.volumeSize), ...tagContext(tags) };
  return ownCheck(call, snapshotArn(call.region, snapshotId), described);
}
