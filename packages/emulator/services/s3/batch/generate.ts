/** The objects of a job: from its manifest, or as S3 finds them for it. Everything with the permissions of the job's role. */
import { parseArn } from "@keyferry/common";
import type { Caller, Cloud } from "../../../contract";
import { bucketCheck, objectCheck } from "../access";
import { bucketNamed } from "../buckets";
import { requireReadable } from "../encryption/use";
import { look, noteOfAnswer, requireAccess, versionQuery } from "../objects/source";
import type { S3Parts } from "../parts";
import { rulesOf } from "../replication/begin";
import { noteOf, type Bucket } from "../state";
import { element, elements, isElement, readXml, textOf, type XmlElement } from "../xml";
import { generatorOf } from "./create";
import { isWanted, type ListedVersion } from "./filters";
import type { Job, Task } from "./job";
import { readManifest } from "./manifest";
import { JobFailure } from "./job-failure";

/** @throws JobFailure where there is nothing to do, or the role may not read the objects */
export async function tasksOf(
  parts: S3Parts,
  cloud: Cloud,
  role: Caller,
  job: Job,
): Promise<readonly Task[]> {
  const tasks =
    job.request["Manifest"] === undefined
      ? await generated(parts, cloud, role, generatorOf(job.request))
      : await listed(parts, cloud, role, element(job.request, "Manifest"));
  if (tasks.length > 0) return tasks;
  throw new JobFailure("EmptyManifest", "Manifest generation found no keys matching the filter criteria.");
}

/**
 * S3 lists the bucket like an inventory; without the rules it cannot determine what is eligible. Source: S3 user guide,
 * "Configuring an IAM role for S3 Batch Replication".
 */
async function generated(
  parts: S3Parts,
  cloud: Cloud,
  role: Caller,
  generator: XmlElement,
): Promise<readonly Task[]> {
  const bucket = namedBucket(parts, textOf(generator, "SourceBucket") ?? "");
  expectOwner(bucket, textOf(generator, "ExpectedBucketOwner"));
  for (const action of ["PutInventoryConfiguration", "GetReplicationConfiguration"])
    await JobFailure.instead("ManifestGenerationForbidden", () =>
      requireAccess(cloud, role, bucketCheck(bucket, role, action)),
    );
  const filter = element(generator, "Filter");
  const eligible = textOf(filter, "EligibleForReplication");
  const tasks: Task[] = [];
  for await (const object of versionsIn(parts, bucket)) {
    if (!isWanted(filter, object)) continue;
    if (eligible !== undefined && (await isEligible(parts, bucket, object)) !== (eligible === "true"))
      continue;
    tasks.push({ bucket: bucket.name, key: object.key, version: object.version });
  }
  return tasks;
}

async function isEligible(parts: S3Parts, bucket: Bucket, object: ListedVersion): Promise<boolean> {
  const { key, version } = object;
  if (version === "null") return false;
  const seen = await look(parts, bucket, key, version);
  return (await rulesOf(parts, bucket, { ...object, seen })).length > 0;
}

/** Every version of every object, except delete markers. */
async function* versionsIn(parts: S3Parts, bucket: Bucket): AsyncIterable<ListedVersion> {
  let next: Record<string, string> = {};
  for (;;) {
    const answer = await parts.backend.send(bucket, { method: "GET", query: { versions: "", ...next } });
    const page = readXml(answer.body, "ListVersionsResult");
    for (const version of elements(page, "Version").filter(isElement)) {
      // A key may begin or end with blanks.
      const key = String(version["Key"]);
      const id = textOf(version, "VersionId") ?? "null";
      yield {
        key,
        version: id,
        size: Number(textOf(version, "Size") ?? 0),
        modified: textOf(version, "LastModified") ?? "",
        storageClass: textOf(version, "StorageClass") ?? "STANDARD",
        note: noteOf(parts.state, bucket.name, key, id) ?? {},
      };
    }
    const marker = textOf(page, "NextKeyMarker");
    if (textOf(page, "IsTruncated") !== "true" || marker === undefined) return;
    const version = textOf(page, "NextVersionIdMarker");
    next = { "key-marker": marker, ...(version === undefined ? {} : { "version-id-marker": version }) };
  }
}

/** A list that the customer has stored in a bucket. */
async function listed(
  parts: S3Parts,
  cloud: Cloud,
  role: Caller,
  manifest: XmlElement,
): Promise<readonly Task[]> {
  const location = element(manifest, "Location");
  const [name = "", ...rest] = (parseArn(textOf(location, "ObjectArn") ?? "")?.resource ?? "").split("/");
  const key = rest.join("/");
  const bucket = namedBucket(parts, `arn:aws:s3:::${name}`);
  const version = textOf(location, "ObjectVersionId");
  const action = version === undefined ? "GetObject" : "GetObjectVersion";
  const answer = await parts.backend.send(bucket, { method: "GET", key, query: versionQuery(version) });
  await JobFailure.instead("ManifestForbidden", async () => {
    const note = answer.status < 400 ? noteOfAnswer(parts, bucket, key, answer) : {};
    await requireAccess(cloud, role, objectCheck(bucket, role, action, key, {}, note));
    await requireReadable(cloud, role, { bucket, key, note }, undefined);
  });
  if (answer.status >= 400)
    throw new JobFailure("ManifestNotFound", `There is no manifest ${bucket.name}/${key}.`);
  const bare = (etag: string): string => etag.replace(/"/g, "");
  if (bare(answer.headers["etag"] ?? "") !== bare(textOf(location, "ETag") ?? ""))
    throw new JobFailure("ManifestChanged", "The ETag of the manifest is not the one that the job names.");
  return readManifest(answer.body.toString("utf8"), element(manifest, "Spec"));
}

function namedBucket({ state }: S3Parts, arn: string): Bucket {
  const name = parseArn(arn)?.resource ?? "";
  const bucket = bucketNamed(state, name);
  if (bucket === undefined) throw new JobFailure("NoSuchBucket", `The bucket ${name} does not exist.`);
  return bucket;
}

function expectOwner(bucket: Bucket, expected: string | undefined): void {
  if (expected === undefined || expected === bucket.account) return;
  throw new JobFailure("AccessDenied", `The bucket ${bucket.name} is not owned by ${expected}.`);
}
