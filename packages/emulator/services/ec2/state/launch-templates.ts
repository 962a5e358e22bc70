import type { JsonObject } from "../../../contract";

export interface LaunchTemplate {
  readonly launchTemplateId: string;
  readonly name: string;
  readonly region: string;
  readonly owner: string;
  readonly createTime: string;
  /** ARN of the caller. */
  readonly createdBy: string;
  defaultVersion: number;
  /** Number of the newest version ever created. */
  lastNumber: number;
  /** Oldest first. */
  versions: readonly TemplateVersion[];
}

export interface TemplateVersion {
  readonly number: number;
  readonly description?: string;
  readonly createTime: string;
  readonly createdBy: string;
  /** `LaunchTemplateData` as sent. */
  readonly data: JsonObject;
}
