import { bookkeepingPath, type ImageRule, type Topology } from "../../topology";
import type { AwsAccess, ParametersPort, ParameterValue } from "../aws";
import { parameterTags } from "./lineage";

/** One record: a parameter in the account and Region of a source image. */
export interface Page {
  readonly parameters: ParametersPort;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Where a rule keeps its intent and its rollback, and, together with all rules of the same source account and Region, its lease. */
export interface Book {
  readonly lease: Page;
  readonly intent: Page;
  readonly rollback: Page;
  /** AWS's time, by which those who keep the books tell each other the hour. */
  now(): Date;
}

export function bookOf(topology: Topology, aws: AwsAccess, rule: ImageRule): Book {
  const parameters = aws.parameters(rule.from);
  const page = (role: "lease" | "intent" | "rollback", name: string): Page => ({
    parameters,
    name,
    tags: parameterTags(topology, role),
  });
  const path = bookkeepingPath(topology.name);
  return {
    lease: page("lease", `${path}/lease`),
    intent: page("intent", `${path}/${rule.name}/intent`),
    rollback: page("rollback", `${path}/${rule.name}/rollback`),
    now: () => aws.now(),
  };
}

/** A page as it is, with its version; undefined when it is absent. */
export function openPage({ parameters, name }: Page): Promise<ParameterValue | undefined> {
  return parameters.read(name);
}

/** A page's JSON; undefined when it is absent or was not written by us. */
export async function readPage<T>({ parameters, name }: Page): Promise<T | undefined> {
  const text = await parameters.get(name);
  return text === undefined ? undefined : pageOf<T>(text);
}

/** What stands on a page; undefined when it was not written by us. */
export function pageOf<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

/** Writes a page that is not there; false when it is. */
export async function createPage(page: Page, value: unknown): Promise<boolean> {
  return (await put(page, value, false)) !== undefined;
}

/**
 * Writes over a page; it keeps the tags with which it was created.
 * @returns its version, which is one more than before, and 1 where there was none
 */
export async function overwritePage(page: Page, value: unknown): Promise<number> {
  return (await put(page, value, true)) ?? 0;
}

/** Removes a page; one that is not there is fine. */
export function removePage({ parameters, name }: Page): Promise<void> {
  return parameters.delete(name);
}

/**
 * Takes back what a run has written on a page too late: it puts back what that has replaced, and removes a page that was
 * not there. What others have written over it since stays.
 */
export async function takeBackPage(page: Page, isMine: (written: unknown) => boolean): Promise<void> {
  const versions = await page.parameters.history(page.name);
  const last = versions.at(-1);
  if (last === undefined || !isMine(pageOf(last.value))) return;
  const replaced = versions.at(-2);
  if (replaced === undefined) await removePage(page);
  else await overwritePage(page, pageOf(replaced.value));
}

function put(
  { parameters, name, tags }: Page,
  value: unknown,
  overwrite: boolean,
): Promise<number | undefined> {
  return parameters.put({ name, value: JSON.stringify(value), dataType: "text", overwrite, tags });
}

/** Whether a part of a page is a list of texts. */
export function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
