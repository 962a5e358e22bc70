import type { AnswerEntry } from "../entry";
import { BATCH_JOB_ANSWERS } from "./batch-jobs";
import { COPY_ANSWERS } from "./copies";
import { CUSTOMER_KEY_ANSWERS } from "./customer-keys";
import { DATABASE_ANSWERS } from "./databases";
import { ENTRY_ANSWERS } from "./entry-to-account";
import { KEY_POLICY_ANSWERS } from "./key-policies";
import { KEY_ANSWERS } from "./keys";
import { LAUNCH_ANSWERS } from "./launching";
import { LIMIT_ANSWERS } from "./limits";
import { OBJECT_LOCK_ANSWERS } from "./object-lock";
import { PERMISSION_ANSWERS } from "./permissions";
import { REPLICATION_ANSWERS } from "./replication";
import { SHARING_ANSWERS } from "./sharing";
import { SOURCE_ANSWERS } from "./source-images";
import { STORAGE_ANSWERS } from "./storage";

/** Every error of AWS that has an explanation. Order matters: the first matching entry is used. */
export const ANSWERS: readonly AnswerEntry[] = [
  ...LAUNCH_ANSWERS,
  ...ENTRY_ANSWERS,
  ...SHARING_ANSWERS,
  ...KEY_POLICY_ANSWERS,
  ...DATABASE_ANSWERS,
  ...CUSTOMER_KEY_ANSWERS,
  ...OBJECT_LOCK_ANSWERS,
  ...STORAGE_ANSWERS,
  ...BATCH_JOB_ANSWERS,
  ...REPLICATION_ANSWERS,
  ...SOURCE_ANSWERS,
  ...COPY_ANSWERS,
  ...KEY_ANSWERS,
  ...LIMIT_ANSWERS,
  ...PERMISSION_ANSWERS,
];
