import {
  areTexts,
  createStateParameter,
  overwriteStateParameter,
  readStateParameter,
  removeStateParameter,
  takeBackStateParameter,
  type RuleState,
} from "./rule-state";

/**
 * What a run means to do, written before it does anything and removed when all of it stands: a run that finds one
 * resumes it. It pins the source image, so that `newest` does not move while copies of it are under way.
 */
export interface Intent {
  readonly run: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly sourceImageId: string;
  /** Ids of its snapshots, which outlive it. @default - not known */
  readonly snapshotIds?: readonly string[];
  /** Ids of the final copies that are meant, where runs of some copy jobs have written it. @default - all of the rule's */
  readonly jobs?: readonly string[];
}

export async function readIntent(ruleState: RuleState): Promise<Intent | undefined> {
  const intent = await readStateParameter<Partial<Intent> | null>(ruleState.intent);
  if (typeof intent?.sourceImageId !== "string") return undefined;
  const { sourceImageId, run, startedAt, snapshotIds, jobs } = intent;
  return {
    run: typeof run === "string" ? run : "unknown",
    startedAt: typeof startedAt === "string" ? startedAt : "unknown",
    sourceImageId,
    // What is of another shape is as good as not known.
    ...(areTexts(snapshotIds) ? { snapshotIds } : {}),
    ...(areTexts(jobs) ? { jobs } : {}),
  };
}

/** Writes the intent, over the one that was given up; the caller holds the lease and has looked. */
export async function writeIntent(ruleState: RuleState, intent: Intent): Promise<void> {
  if (!(await createStateParameter(ruleState.intent, intent)))
    await overwriteStateParameter(ruleState.intent, intent);
}

export async function removeIntent(ruleState: RuleState): Promise<void> {
  await removeStateParameter(ruleState.intent);
}

/** Takes back an intent that a run has written too late. */
export async function takeBackIntent(ruleState: RuleState, run: string): Promise<void> {
  await takeBackStateParameter(
    ruleState.intent,
    (written) => (written as Partial<Intent> | undefined)?.run === run,
  );
}
