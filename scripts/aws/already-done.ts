import { isAwsError } from "./aws-error";

/** How AWS says that what a call asks for is so already. */
interface Answer {
  readonly codes: readonly string[];
  /** What the message says as well, where the code alone means other things, too. */
  readonly text?: string;
}

/** Why a call may be repeated: by an attempt whose answer was lost, another job, another run or somebody else. */
interface Repetition {
  readonly why: string;
  /** @default - a repeated call is answered as the first one */
  readonly refusedWith?: readonly Answer[];
}

/**
 * Every call of the script that changes something, and what AWS answers when the change is made already.
 * Sources: the API references of EC2, IAM, KMS, RDS, S3 and Systems Manager.
 */
export const REPETITIONS: Readonly<Record<string, Repetition>> = {
  AddTagsToResource: { why: "a tag of the same key is replaced" },
  AbortMultipartUpload: {
    why: "an upload that is gone need not be aborted",
    refusedWith: [{ codes: ["NoSuchUpload"] }],
  },
  CancelInstanceRefresh: {
    why: "a refresh that has ended need not be canceled",
    refusedWith: [{ codes: ["ActiveInstanceRefreshNotFound", "ActiveInstanceRefreshNotFoundFault"] }],
  },
  CancelKeyDeletion: {
    why: "a key that is not pending deletion stays",
    refusedWith: [{ codes: ["KMSInvalidStateException"], text: "is not pending deletion" }],
  },
  CopyDBClusterSnapshot: {
    why: "a second copy of the same identifier is refused, and the first one is found by it",
  },
  CopyDBSnapshot: {
    why: "a second copy of the same identifier is refused, and the first one is found by it",
  },
  CompleteMultipartUpload: {
    why: "an object of the key that is there already is the one that was meant: its key names the source's ETag",
    refusedWith: [{ codes: ["PreconditionFailed"] }],
  },
  CopyImage: { why: "the same ClientToken gives back the same copy" },
  CopySnapshot: {
    why: "a copy is looked for by its tags before another one is begun: EC2 takes no ClientToken",
  },
  CreateAlias: {
    why: "an alias that exists stays as it is",
    refusedWith: [{ codes: ["AlreadyExistsException"] }],
  },
  CreateBucket: {
    why: "a bucket of this account stays what it is",
    refusedWith: [{ codes: ["BucketAlreadyOwnedByYou"] }],
  },
  CreateJob: { why: "the same ClientRequestToken gives back the same job" },
  CreateMultipartUpload: {
    why: "an unfinished upload of the key is looked for before another is begun; what is too much is aborted when the journey ends",
  },
  CreateRestoreImageTask: {
    why: "an image's name is given once in an account and Region: the image of that name is looked for",
    refusedWith: [{ codes: ["InvalidAMIName.Duplicate"] }],
  },
  CreateServiceLinkedRole: {
    why: "a service has one such role in an account",
    refusedWith: [
      { codes: ["InvalidInput", "InvalidInputException"], text: "has been taken in this account" },
      { codes: ["EntityAlreadyExists", "EntityAlreadyExistsException"] },
    ],
  },
  CreateStoreImageTask: {
    why: "tasks of the image are looked at before another is begun; a second one writes the same object",
  },
  CreateTags: { why: "a tag of the same key is replaced" },
  DeleteAlias: {
    why: "an alias that is gone need not go",
    refusedWith: [{ codes: ["NotFoundException"] }],
  },
  DeleteDBClusterSnapshot: {
    why: "a snapshot that is gone need not go",
    refusedWith: [{ codes: ["DBClusterSnapshotNotFoundFault"] }],
  },
  DeleteDBSnapshot: {
    why: "a snapshot that is gone need not go",
    refusedWith: [{ codes: ["DBSnapshotNotFound", "DBSnapshotNotFoundFault"] }],
  },
  DeleteObject: { why: "an object that is gone need not go" },
  DeleteParameter: {
    why: "a parameter that is gone need not go",
    refusedWith: [{ codes: ["ParameterNotFound"] }],
  },
  DeleteSnapshot: {
    why: "a snapshot that is gone need not go",
    refusedWith: [{ codes: ["InvalidSnapshot.NotFound"] }],
  },
  DeleteTags: { why: "a tag that is not there is passed over" },
  DeregisterImage: {
    why: "an image that is gone need not go",
    refusedWith: [{ codes: ["InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"] }],
  },
  EnableImageDeprecation: { why: "the date is replaced" },
  EnableImageDeregistrationProtection: { why: "the setting is replaced" },
  EnableKey: { why: "an enabled key stays enabled" },
  ModifyDBClusterSnapshotAttribute: { why: "an account that is added twice is there once" },
  ModifyDBSnapshotAttribute: { why: "an account that is added twice is there once" },
  ModifyImageAttribute: { why: "an account that is added twice is there once, and a value is replaced" },
  ModifySnapshotAttribute: { why: "an account that is added twice is there once" },
  UploadPartCopy: { why: "a part of the same number is replaced" },
  PutBucketEncryption: { why: "the setting is replaced" },
  PutBucketPolicy: { why: "the policy is replaced" },
  PutBucketVersioning: { why: "the setting is replaced" },
  PutKeyPolicy: { why: "the policy is replaced" },
  PutParameter: {
    why: "without overwrite, a parameter that exists stays as it is",
    refusedWith: [{ codes: ["ParameterAlreadyExists"] }],
  },
  RegisterImage: {
    why: "an image's name is given once in an account and Region: the image of that name is looked for",
    refusedWith: [{ codes: ["InvalidAMIName.Duplicate"] }],
  },
  RemoveTagsFromResource: { why: "a tag that is not there is passed over" },
  PutPublicAccessBlock: { why: "the setting is replaced" },
  StartInstanceRefresh: {
    why: "a group has one refresh at a time, which is looked at and joined where it launches the same image",
    refusedWith: [{ codes: ["InstanceRefreshInProgress", "InstanceRefreshInProgressFault"] }],
  },
  ScheduleKeyDeletion: {
    why: "a key that is pending deletion stays so, until the day that was set first",
    refusedWith: [{ codes: ["KMSInvalidStateException"], text: "is pending deletion" }],
  },
};

/** Whether AWS has refused a call because what it asks for is so already. */
export function isAlreadyDone(error: unknown): boolean {
  if (!isAwsError(error)) return false;
  const [operation = ""] = error.site.operation.split(" ");
  const { refusedWith = [] } = REPETITIONS[operation] ?? {};
  return refusedWith.some(
    ({ codes, text = "" }) => codes.includes(error.answer.code) && error.answer.message.includes(text),
  );
}

/**
 * Makes a change that may be made already.
 * @returns false when it was
 * @throws AwsCallError for any other refusal
 */
export async function unlessDone(change: () => Promise<unknown>): Promise<boolean> {
  try {
    await change();
    return true;
  } catch (error) {
    if (isAlreadyDone(error)) return false;
    throw error;
  }
}
