import type { JsonObject } from "../../../contract";

export interface LaunchTemplate {
  readonly launchTemplateId: string;
  readonly name: string;
  readonly region: string;
  readonly owner: string;
  readonly createTime: string;
  /** ARN of whoever called. */
  readonly createdBy: string;
  defaultVersion: number;
  /** Number of the newest version that there ever was. */
  lastNumber: number;
  /** Oldest first. */
  versions: readonly TemplateVersion[];
}

export interface TemplateVersion {
  readonly number: number;
  readonly description?: string;
  readonly createTime: string;
  readonly createdBy: string;
  /** `LaunchTemplateData` as it was sent. */
  readonly data: JsonObject;
}
