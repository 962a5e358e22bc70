/** Jobs of S3 Batch Operations, as plain data. Source: S3 user guide, "Tracking job status and completion reports". */
import type { XmlElement } from "../xml";

export type JobStatus =
  "New" | "Preparing" | "Suspended" | "Ready" | "Active" | "Completing" | "Complete" | "Failed" | "Cancelled";

/** One object that a job works on. */
export interface Task {
  /** Name. */
  readonly bucket: string;
  readonly key: string;
  /** @default - the version that is current when it is processed */
  readonly version?: string;
}

/** The outcome of a task; without a code it has succeeded. */
export interface TaskResult extends Task {
  readonly code?: string;
  readonly status: number;
  readonly message: string;
}

export interface Job {
  readonly id: string;
  readonly arn: string;
  /** 12-digit id. */
  readonly account: string;
  readonly region: string;
  readonly token: string;
  /** As sent: another request with the same token is compared with it. */
  readonly request: XmlElement;
  /** ISO 8601. */
  readonly created: string;
  readonly tags: Record<string, string>;
  priority: number;
  status: JobStatus;
  statusReason?: string;
  /** ISO 8601; when it started to wait for a confirmation. */
  suspended?: string;
  /** ISO 8601; when it started to work on objects. */
  started?: string;
  /** ISO 8601; when it ended, with any outcome. */
  ended?: string;
  failure?: { readonly code: string; readonly reason: string };
  /** Those that have not been processed yet. */
  tasks: readonly Task[];
  results: readonly TaskResult[];
}

const ENDED: ReadonlySet<JobStatus> = new Set(["Complete", "Failed", "Cancelled"]);

export function hasEnded({ status }: Job): boolean {
  return ENDED.has(status);
}
