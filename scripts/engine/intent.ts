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
 * What a run is going to do, written before it does anything and removed when everything exists: a run that finds an intent
 * resumes it. It pins the source image, so that `newest` does not change while copies of it are in progress.
 */
export interface Intent {
  readonly run: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly sourceImageId: string;
  /** Ids of its snapshots, which outlive it. @default - not known */
  readonly snapshotIds?: readonly string[];
  /** Ids of the intended final copies, if runs of only some copy jobs wrote the intent. @default - all of the rule's */
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
    // A value of another shape counts as not known.
    ...(areTexts(snapshotIds) ? { snapshotIds } : {}),
    ...(areTexts(jobs) ? { jobs } : {}),
  };
}

/** Writes the intent over the discarded one; the caller holds the lease and has read the state. */
export async function writeIntent(ruleState: RuleState, intent: Intent): Promise<void> {
  if (!(await createStateParameter(ruleState.intent, intent)))
    await overwriteStateParameter(ruleState.intent, intent);
}

export async function removeIntent(ruleState: RuleState): Promise<void> {
  await removeStateParameter(ruleState.intent);
}

/** Undoes an intent that a run wrote too late. */
export async function takeBackIntent(ruleState: RuleState, run: string): Promise<void> {
  await takeBackStateParameter(
    ruleState.intent,
    (written) => (written as Partial<Intent> | undefined)?.run === run,
  );
}
