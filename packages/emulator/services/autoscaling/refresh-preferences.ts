/** The preferences of an instance refresh. Source: Auto Scaling API reference, "RefreshPreferences". */
import type { JsonObject } from "../../contract";
import { flag, text, texts, whole } from "../ec2/input";
import { validationError } from "./input";
import type { Checkpoints, Group, RefreshPreferences } from "./state";

const KNOWN = [
  "MinHealthyPercentage",
  "MaxHealthyPercentage",
  "InstanceWarmup",
  "CheckpointPercentages",
  "CheckpointDelay",
  "SkipMatching",
  "AutoRollback",
  "ScaleInProtectedInstances",
  "StandbyInstances",
  "BakeTime",
];

/** Default pause of a refresh at a checkpoint in seconds, and the longest pause: two days. */
const DEFAULT_DELAY = 3600;
const LONGEST_DELAY = 172_800;

/** @throws ValidationError for what AWS refuses, and for what has no effect here */
export function readPreferences(input: JsonObject, group: Group): RefreshPreferences {
  const unknown = Object.keys(input).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) {
    throw validationError(
      `The rehearsal cloud does not implement ${unknown.join(", ")} of the preferences of StartInstanceRefresh.`,
    );
  }
  const { DefaultInstanceWarmup, HealthCheckGracePeriod } = group.settings;
  return {
    ...readPercentages(input),
    instanceWarmup:
      whole(input, "InstanceWarmup") ?? Number(DefaultInstanceWarmup ?? HealthCheckGracePeriod ?? 0),
    skipMatching: flag(input, "SkipMatching") === true,
    autoRollback: flag(input, "AutoRollback") === true,
    protectedInstances: oneOf(input, "ScaleInProtectedInstances", ["Wait", "Refresh", "Ignore"]),
    standbyInstances: oneOf(input, "StandbyInstances", ["Wait", "Terminate", "Ignore"]),
    bakeTime: whole(input, "BakeTime") ?? 0,
    ...readCheckpoints(input),
  };
}

function readPercentages(
  input: JsonObject,
): Pick<RefreshPreferences, "minHealthyPercentage" | "maxHealthyPercentage"> {
  const min = whole(input, "MinHealthyPercentage");
  const max = whole(input, "MaxHealthyPercentage");
  if (max !== undefined) {
    refuseOutside("MaxHealthyPercentage", max, 100, 200);
    if (min === undefined) {
      throw validationError("MinHealthyPercentage must be specified when you specify MaxHealthyPercentage.");
    }
    if (max - min > 100) {
      throw validationError(
        "The difference between MaxHealthyPercentage and MinHealthyPercentage cannot be greater than 100.",
      );
    }
  }
  if (min !== undefined) refuseOutside("MinHealthyPercentage", min, 0, 100);
  return { minHealthyPercentage: min ?? 90, maxHealthyPercentage: max ?? 100 };
}

function readCheckpoints(input: JsonObject): { readonly checkpoints?: Checkpoints } {
  const percentages = texts(input, "CheckpointPercentages").map(Number);
  const delay = whole(input, "CheckpointDelay");
  if (percentages.length === 0) {
    if (delay === undefined) return {};
    throw validationError("CheckpointPercentages must be specified when you specify CheckpointDelay.");
  }
  percentages.forEach((percentage) => refuseOutside("CheckpointPercentages", percentage, 1, 100));
  if (percentages.some((percentage, index) => percentage <= (percentages[index - 1] ?? 0))) {
    throw validationError("CheckpointPercentages must be unique and in ascending order.");
  }
  if (delay !== undefined) refuseOutside("CheckpointDelay", delay, 0, LONGEST_DELAY);
  return { checkpoints: { percentages, delay: delay ?? DEFAULT_DELAY } };
}

function refuseOutside(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw validationError(`${name} must be a whole number from ${least} to ${most}.`);
}

function oneOf<T extends string>(input: JsonObject, name: string, values: readonly [T, ...T[]]): T {
  const given = text(input, name) ?? values[0];
  const found = values.find((value) => value === given);
  if (found === undefined) throw validationError(`${name} must be one of ${values.join(", ")}.`);
  return found;
}

/** As DescribeInstanceRefreshes shows them. */
export function preferencesAnswer(preferences: RefreshPreferences): JsonObject {
  const { checkpoints } = preferences;
  return {
    MinHealthyPercentage: preferences.minHealthyPercentage,
    MaxHealthyPercentage: preferences.maxHealthyPercentage,
    InstanceWarmup: preferences.instanceWarmup,
    ...(checkpoints && {
      CheckpointPercentages: checkpoints.percentages,
      CheckpointDelay: checkpoints.delay,
    }),
    SkipMatching: preferences.skipMatching,
    AutoRollback: preferences.autoRollback,
    ScaleInProtectedInstances: preferences.protectedInstances,
    StandbyInstances: preferences.standbyInstances,
    BakeTime: preferences.bakeTime,
  };
}
