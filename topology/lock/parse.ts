import { z } from "zod";
import { ConfigurationError, type Problem } from "../../core/errors";
import { isRegion } from "@keyferry/common";
import { REPLACEABLE_KEYS } from "../keys/copy-keys";
import { CHOSEN_ROUTES } from "../../kinds/declared";
import { STACK_LAYERS } from "../names";
import { validated } from "../validated";
import { BUCKET_STATES, EMPTY_LOCK, KEY_STATES, type Lock } from "./model";

const accountId = z.string().regex(/^\d{12}$/, "an account id, 12 digits");

const keyRecord = z.strictObject({
  state: z.enum(KEY_STATES),
  unconfirmed: z.boolean().optional(),
  keyId: z
    .string()
    .regex(/^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/, "the id of a key, not its ARN")
    .optional(),
  launches: z.boolean().optional(),
  ebsDefault: z.boolean().optional(),
  current: z.boolean().optional(),
  numbered: z.boolean().optional(),
  primaryRegion: z.string().refine(isRegion, "a Region of AWS").optional(),
  imported: z.boolean().optional(),
  hasMaterial: z.boolean().optional(),
  grantedTo: z.array(accountId).optional(),
});

/** `home`, `transit`, `buckets`, a later home or transit key: `home@2`, or a generation of a key that the user names: `app-data@1`. */
const purpose = z
  .string()
  .regex(
    /^(home|transit|buckets|[a-z][a-z0-9-]{0,31}@[1-9]\d{0,3})$/,
    "home, transit, buckets or a name and generation: app-data@1",
  );

const bucketRecord = z.strictObject({
  region: z.string().refine(isRegion, "a Region of AWS"),
  state: z.enum(BUCKET_STATES),
  unconfirmed: z.boolean().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  objectLock: z.boolean().optional(),
});

const accountRecord = z.strictObject({
  name: z.string().min(1, "the name of an account"),
  stateName: z.string().min(1, "the name that the states are stored under").optional(),
  deployRole: z.string().min(1, "a role name").optional(),
  runnerRole: z.string().min(1, "a role name"),
  profile: z.string().min(1, "the name of a profile").optional(),
  stacks: z.array(z.enum(STACK_LAYERS)),
  keys: z.record(z.string().refine(isRegion, "a Region of AWS"), z.record(purpose, keyRecord)),
  ownKeys: z
    .record(z.string().refine(isRegion, "a Region of AWS"), z.array(z.enum(REPLACEABLE_KEYS)))
    .optional(),
  buckets: z.record(z.string().min(1), bucketRecord).optional(),
  imageBuckets: z.literal(true).optional(),
});

const place = z
  .string()
  .regex(/^\d{12}\/[a-z0-9-]+$/, "an account id and a Region: 222222222222/eu-central-1");

const topologyRecord = z.strictObject({
  accounts: z.record(accountId, accountRecord),
  routes: z.record(z.string().min(1), z.record(place, z.enum(CHOSEN_ROUTES))).optional(),
});

const lockSchema = z.strictObject({
  version: z.literal(EMPTY_LOCK.version),
  topologies: z.record(z.string().min(1), topologyRecord),
});

/** One fix for every problem: the content must not be guessed, because keys that the file no longer lists are not managed by anyone. */
const FIX = "restore it from version control; a newer version of Keyferry may have written it";

/**
 * Reads the text of a lock file.
 * @param text undefined if there is no file; the lock is then empty
 * @param file its name, for messages
 * @throws ConfigurationError with every problem
 */
export function parseLock(text: string | undefined, file: string): Lock {
  if (text === undefined) return EMPTY_LOCK;
  const refuse = (problems: readonly Problem[]) =>
    new ConfigurationError(
      problems.map((problem, index) => (index === problems.length - 1 ? { ...problem, fix: FIX } : problem)),
      `the lock file ${file}`,
    );
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    const what = /^(<{7}|>{7})/m.test(text)
      ? "it contains the conflict markers of an unfinished merge"
      : `it is not JSON: ${error instanceof Error ? error.message : String(error)}`;
    throw refuse([{ path: "(top level)", what }]);
  }
  try {
    return validated(lockSchema, input);
  } catch (error) {
    throw error instanceof ConfigurationError ? refuse(error.problems) : error;
  }
}

/** A lock as text. The same content gives the same text, regardless of the order in which it was created. */
export function lockText(lock: Lock): string {
  return `${JSON.stringify(inOrder(lock), null, 2)}\n`;
}

function inOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
}
