import fs from "node:fs";
import path from "node:path";
import {
  NO_SETTINGS,
  readPlans,
  readSettings,
  reviewStacks,
  textOf,
  type ReviewSettings,
  type StackFile,
} from "../../../review";
import { SETTINGS_FILE } from "../../api/review";
import { hanging } from "../../report/wrap";
import { CONFIGURATION_FILE } from "../../terraform/configuration";
import { isPlaceholder } from "../../terraform/placeholders";
import type { Stack } from "../../terraform/synthesised";
import type { Host } from "../host";
import { readText } from "../read-text";
import { widthOf } from "../width";

/**
 * The severities and exceptions next to the configuration, if the file exists.
 * @throws ConfigurationError with all problems in the file
 */
export function rightsSettings(host: Host): ReviewSettings {
  if (!fs.existsSync(path.resolve(host.cwd, SETTINGS_FILE))) return NO_SETTINGS;
  return readSettings(readText(host, SETTINGS_FILE, "the review's settings"), SETTINGS_FILE);
}

/**
 * The text of `keyferry review` for the changes from the deployed stacks to the plans.
 * @param stacks that should have been planned
 * @param plans by stack, as `terraform show -json` prints them
 */
export function rightsText(
  host: Pick<Host, "columns">,
  stacks: readonly Stack[],
  plans: ReadonlyMap<string, string | undefined>,
  settings: ReviewSettings,
): string {
  const written = Object.fromEntries(stacks.map((stack) => [stack.name, writtenIn(stack)]));
  const texts = [...plans].map(([stack, text]) => ({ stack, text: text ?? "" }));
  const { base, head: planned } = readPlans(texts, written);
  const head = Object.fromEntries(
    Object.entries(planned).map(([name, stack]) => [name, withoutPlaceholders(stack)]),
  );
  const page = textOf(reviewStacks({ stacks: base }, { stacks: head }, settings));
  const absent = stacks.map(({ name }) => name).filter((name) => base[name] === undefined);
  const unread = absent.length === 0 ? [] : [`Not included, because there is no plan: ${absent.join(", ")}.`];
  return [hanging(page, widthOf(host).columns), ...unread].join("\n");
}

/** Placeholders for other stacks' values are not resources of the project. */
function withoutPlaceholders({ resource = {}, ...stack }: StackFile): StackFile {
  const own = Object.entries(resource).map(([type, bodies]) => {
    const kept = Object.entries(bodies).filter(([id]) => !isPlaceholder({ address: `${type}.${id}` }));
    return [type, Object.fromEntries(kept)];
  });
  return { ...stack, resource: Object.fromEntries(own) as NonNullable<StackFile["resource"]> };
}

function writtenIn({ directory }: Stack): StackFile {
  return JSON.parse(fs.readFileSync(path.join(directory, CONFIGURATION_FILE), "utf8")) as StackFile;
}
