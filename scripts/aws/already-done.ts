import { isAwsError } from "./aws-error";

/** The error with which AWS reports that a change has already been made. */
interface Answer {
  readonly codes: readonly string[];
  /** Text that the message must contain, if the code alone also means other things. */
  readonly text?: string;
}

/** Why a call can be repeated: by a retry after a lost response, another job, another run or someone else. */
interface Repetition {
  readonly why: string;
  /** @default - a repeated call gets the same response as the first one */
  readonly refusedWith?: readonly Answer[];
}

/**
 * Every call that changes something, and AWS's response if the change has already been made.
 * Sources: the API references of EC2, IAM, KMS, RDS, S3 and Systems Manager.
 */
export const REPETITIONS: Readonly<Record<string, Repetition>> = {
  AddTagsToResource: { why: "a tag of the same key is replaced" },
  AbortMultipartUpload: {
    why: "an upload that no longer exists does not have to be aborted",
    refusedWith: [{ codes: ["NoSuchUpload"] }],
  },
  CancelInstanceRefresh: {
    why: "a refresh that has ended does not have to be cancelled",
    refusedWith: [{ codes: ["ActiveInstanceRefreshNotFound", "ActiveInstanceRefreshNotFoundFault"] }],
  },
  CancelKeyDeletion: {
    why: "a key that is not pending deletion is kept",
    refusedWith: [{ codes: ["KMSInvalidStateException"], text: "is not pending deletion" }],
  },
  CopyDBClusterSnapshot: {
    why: "a second copy with the same identifier is refused, and the first one is found by its identifier",
  },
  CopyDBSnapshot: {
    why: "a second copy with the same identifier is refused, and the first one is found by its identifier",
  },
  CompleteMultipartUpload: {
    why: "an existing object with this key is the intended one: its key contains the source's ETag",
    refusedWith: [{ codes: ["PreconditionFailed"] }],
  },
  CopyImage: { why: "the same ClientToken returns the same copy" },
  CopySnapshot: {
    why: "a copy is searched by its tags before another one is started, because EC2 accepts no ClientToken",
  },
  CreateAlias: {
    why: "an existing alias is not changed",
    refusedWith: [{ codes: ["AlreadyExistsException"] }],
  },
  CreateBucket: {
    why: "an existing bucket of this account is not changed",
    refusedWith: [{ codes: ["BucketAlreadyOwnedByYou"] }],
  },
  CreateJob: { why: "the same ClientRequestToken returns the same job" },
  CreateMultipartUpload: {
    why: "an unfinished upload of the key is searched before another one is started; additional uploads are aborted at the end",
  },
  CreateRestoreImageTask: {
    why: "an image's name is unique in an account and Region, and the image with that name is searched",
    refusedWith: [{ codes: ["InvalidAMIName.Duplicate"] }],
  },
  CreateServiceLinkedRole: {
    why: "a service has only one such role in an account",
    refusedWith: [
      { codes: ["InvalidInput", "InvalidInputException"], text: "has been taken in this account" },
      { codes: ["EntityAlreadyExists", "EntityAlreadyExistsException"] },
    ],
  },
  CreateStoreImageTask: {
    why: "tasks of the image are read before another one is started; a second task writes the same object",
  },
  CreateTags: { why: "a tag of the same key is replaced" },
  DeleteAlias: {
    why: "an alias that no longer exists does not have to be deleted",
    refusedWith: [{ codes: ["NotFoundException"] }],
  },
  DeleteDBClusterSnapshot: {
    why: "a snapshot that no longer exists does not have to be deleted",
    refusedWith: [{ codes: ["DBClusterSnapshotNotFoundFault"] }],
  },
  DeleteDBSnapshot: {
    why: "a snapshot that no longer exists does not have to be deleted",
    refusedWith: [{ codes: ["DBSnapshotNotFound", "DBSnapshotNotFoundFault"] }],
  },
  DeleteObject: { why: "an object that no longer exists does not have to be deleted" },
  DeleteParameter: {
    why: "a parameter that no longer exists does not have to be deleted",
    refusedWith: [{ codes: ["ParameterNotFound"] }],
  },
  DeleteSnapshot: {
    why: "a snapshot that no longer exists does not have to be deleted",
    refusedWith: [{ codes: ["InvalidSnapshot.NotFound"] }],
  },
  DeleteTags: { why: "a tag that does not exist is ignored" },
  DeregisterImage: {
    why: "an image that no longer exists does not have to be deregistered",
    refusedWith: [{ codes: ["InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"] }],
  },
  EnableImageDeprecation: { why: "the date is replaced" },
  EnableImageDeregistrationProtection: { why: "the setting is replaced" },
  EnableKey: { why: "an enabled key stays enabled" },
  ModifyDBClusterSnapshotAttribute: { why: "adding an account twice has no further effect" },
  ModifyDBSnapshotAttribute: { why: "adding an account twice has no further effect" },
  ModifyImageAttribute: { why: "adding an account twice has no further effect, and a value is replaced" },
  ModifySnapshotAttribute: { why: "adding an account twice has no further effect" },
  UploadPartCopy: { why: "a part of the same number is replaced" },
  PutBucketEncryption: { why: "the setting is replaced" },
  PutBucketPolicy: { why: "the policy is replaced" },
  PutBucketVersioning: { why: "the setting is replaced" },
  PutKeyPolicy: { why: "the policy is replaced" },
  PutParameter: {
    why: "without overwrite, an existing parameter is not changed",
    refusedWith: [{ codes: ["ParameterAlreadyExists"] }],
  },
  RegisterImage: {
    why: "an image's name is unique in an account and Region, and the image with that name is searched",
    refusedWith: [{ codes: ["InvalidAMIName.Duplicate"] }],
  },
  RemoveTagsFromResource: { why: "a tag that does not exist is ignored" },
  PutPublicAccessBlock: { why: "the setting is replaced" },
  StartInstanceRefresh: {
    why: "a group has one refresh at a time, which is joined if it launches the same image",
    refusedWith: [{ codes: ["InstanceRefreshInProgress", "InstanceRefreshInProgressFault"] }],
  },
  ScheduleKeyDeletion: {
    why: "a key that is pending deletion keeps its first deletion date",
    refusedWith: [{ codes: ["KMSInvalidStateException"], text: "is pending deletion" }],
  },
};

/** Whether AWS refused a call because the change has already been made. */
export function isAlreadyDone(error: unknown): boolean {
  if (!isAwsError(error)) return false;
  const [operation = ""] = error.site.operation.split(" ");
  const { refusedWith = [] } = REPETITIONS[operation] ?? {};
  return refusedWith.some(
    ({ codes, text = "" }) => codes.includes(error.answer.code) && error.answer.message.includes(text),
  );
}

/**
 * Makes a change that may already have been made.
 * @returns false if it had already been made
 * @throws AwsCallError for any other error
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
