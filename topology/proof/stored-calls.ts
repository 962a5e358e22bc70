import { bucketArn } from "@keyferry/common";
import { declaredKind } from "../../kinds/declared";
import { must } from "../../core/must";
import { keyReferenceId, type KeyReference } from "../../policy/document";
import {
  callOf,
  destinationKeyCalls,
  sourceKeyCalls,
  type DeniedCall,
  type ProofCall,
} from "../../policy/proof";
import { homeKey, runnerAccess } from "../access";
import { imageBuckets, receivedFolder, storedFolder } from "../image-buckets";
import { copyJobs, isStored, leavesAccount, type CopyJob } from "../jobs";
import type { Account, Topology } from "../model";
import { runnerSession } from "./callers";
import { bucketOwner } from "./replication-calls";

/** The calls of a job that copies its image as an object: the image is stored, copied into the destination's bucket, and restored. */
export function storedCalls(topology: Topology, { rule, to }: CopyJob): readonly (readonly ProofCall[])[] {
  const { partition, name } = topology;
  const calls = must(declaredKind(rule).calls.throughS3, `the way of ${rule.kind} through S3`);
  const sender = runnerSession(topology, rule.from.account);
  const receiver = runnerSession(topology, to.account);
  const received = receivedFolder(topology, rule, to);
  return [
    calls.store({ principal: sender, partition, region: rule.from.region }, storedFolder(topology, rule)),
    calls.push({ principal: sender, partition, region: to.region }, received, to.account.id),
    calls.restore({ principal: receiver, partition, region: to.region }, name, received),
  ];
}

/** Calls that routes through S3 must not allow: on keys of the other account, and on the buckets by other principals. */
export function deniedStored(topology: Topology): readonly DeniedCall[] {
  const jobs = copyJobs(topology).filter((job) => isStored(job) && leavesAccount(job));
  return [
    ...jobs.flatMap((job) => [...sendersOnHome(topology, job), ...receiversOnSource(topology, job)]),
    ...imageBuckets(topology).flatMap((bucket) => [
      ...refusedToOwner(topology, bucket),
      ...bucket.pushers.map((pusher) => readsWhatItPushed(topology, bucket, pusher.account)),
    ]),
  ];
}

/** The source's role uses the key that the copy is under. */
function sendersOnHome(topology: Topology, { rule, to }: CopyJob): readonly DeniedCall[] {
  const key = homeKey(topology, to);
  if (uses(topology, rule.from.account, key)) return [];
  const principal = runnerSession(topology, rule.from.account);
  return destinationKeyCalls(principal, key).flatMap(({ request }) =>
    refusedByBoth(
      "the source's role, on the key of the destination of an image that is copied through S3",
      request,
    ),
  );
}

/** The destination's role uses a key that the source is under. */
function receiversOnSource(topology: Topology, { rule, to }: CopyJob): readonly DeniedCall[] {
  const { account, region, keys } = rule.from;
  const principal = runnerSession(topology, to.account);
  return keys
    .map((alias): KeyReference => ({ account: account.id, region, alias }))
    .filter((key) => !uses(topology, to.account, key))
    .flatMap((key) => sourceKeyCalls(principal, key))
    .flatMap(({ request }) =>
      refusedByBoth(
        "the destination's role, on a key of the source of an image that is copied through S3",
        request,
      ),
    );
}

/** Whether another rule allows an account to use a key. */
function uses(topology: Topology, account: Account, key: KeyReference): boolean {
  const id = keyReferenceId(key);
  const isNamed = topology.keys.some(
    (named) =>
      named.account.id === key.account && (key.alias === named.name || key.alias.includes(`/${named.name}/`)),
  );
  return isNamed || runnerAccess(topology, account).keys.some((use) => keyReferenceId(use.key) === id);
}

function refusedByBoth(what: string, request: ProofCall["request"]): readonly DeniedCall[] {
  return [
    { what, request, refuser: "identity" },
    { what, request, refuser: "resource" },
  ];
}

const ENCRYPTION = "s3:x-amz-server-side-encryption";

/** Calls that the bucket's policy must refuse to every principal, regardless of IAM. */
function refusedToOwner(
  topology: Topology,
  { account, region, bucket }: ReturnType<typeof imageBuckets>[number],
): readonly DeniedCall[] {
  const principal = bucketOwner(topology, account.id);
  const caller = { principal, partition: topology.partition, region };
  const object = `${bucketArn(topology.partition, bucket)}/received/web/ami-0123456789abcdef0.bin`;
  const refused = (what: string, action: string, resource: string, context: Record<string, string>) => ({
    what,
    request: callOf(caller, "", action, resource, { context }).request,
    refuser: "resource" as const,
  });
  const arn = bucketArn(topology.partition, bucket);
  return [
    refused("without TLS", "s3:GetObject", object, { "aws:SecureTransport": "false" }),
    refused("without TLS", "s3:ListBucket", arn, { "aws:SecureTransport": "false" }),
    refused("an object under a KMS key", "s3:PutObject", object, { [ENCRYPTION]: "aws:kms" }),
    refused("an object under a key of its writer (SSE-C)", "s3:PutObject", object, {
      [`${ENCRYPTION}-customer-algorithm`]: "AES256",
    }),
  ];
}

/** A role that copies an object into the bucket of another account may not read it there. */
function readsWhatItPushed(
  topology: Topology,
  { account, region, bucket, pushers }: ReturnType<typeof imageBuckets>[number],
  id: string,
): DeniedCall {
  const pusher = must(
    topology.accounts.find((one) => one.id === id),
    `the account ${id}`,
  );
  const prefix = pushers.find((one) => one.account === id)?.prefixes[0] ?? "";
  const caller = { principal: runnerSession(topology, pusher), partition: topology.partition, region };
  const object = `${bucketArn(topology.partition, bucket)}/${prefix}ami-0123456789abcdef0.bin`;
  const { request } = callOf(caller, "", "s3:GetObject", object, { resourceAccount: account.id });
  return { what: "reading an object by the role that copied it there", request, refuser: "resource" };
}
