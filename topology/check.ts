import type { Problem } from "../core/errors";
import { isRegion, nearestRegions, partitionOf } from "../core/regions";
import { checkClashes } from "./check-clashes";
import { checkLaunch } from "./check-launch";
import { checkPrices } from "./prices";
import { isRecord, rawDestinations, type DeepPartial, type RawImages } from "./raw-input";
import type { TopologyInput } from "./schema";

/**
 * Checks of meaning. They run on the raw input, whatever its shape, and look only at the parts whose shape is right,
 * so that one report holds every problem.
 */
export function checkMeaning(input: unknown): Problem[] {
  const topology = input as DeepPartial<TopologyInput>;
  const accounts = isRecord(topology?.accounts) ? topology.accounts : {};
  const images = isRecord(topology?.images) ? topology.images : {};
  return [
    ...checkNames("accounts", accounts),
    ...checkAccounts(accounts),
    ...checkAccountName(topology?.operator, "operator", accounts),
    ...checkState(topology?.state, accounts),
    ...checkPrices(topology?.prices, "prices."),
    ...(Object.keys(images).length === 0 && isRecord(topology?.images)
      ? [{ path: "images", what: "no images are declared", fix: "declare at least one image" }]
      : []),
    ...checkNames("images", images),
    ...Object.entries(images).flatMap(([name, image]) => checkImage(image, `images.${name}`, accounts)),
    ...checkPartition(images),
    ...checkClashes(images),
  ];
}

type ImageInput = TopologyInput["images"][string];
type Accounts = Readonly<Record<string, DeepPartial<TopologyInput["accounts"][string]> | undefined>>;

/** Names become parts of stacks' names, of parameters' paths and of tags. */
const NAME = /^[a-z][a-z0-9-]{0,31}$/;

function checkNames(path: string, named: Readonly<Record<string, unknown>>): Problem[] {
  return Object.keys(named)
    .filter((name) => !NAME.test(name))
    .map((name) => ({
      path: `${path}.${name}`,
      what: "this name cannot be used",
      allowed: "1 to 32 lower-case letters, digits or hyphens, a letter first",
    }));
}

function checkAccounts(accounts: Accounts): Problem[] {
  const problems: Problem[] = [];
  const byId = new Map<string, string>();
  if (Object.keys(accounts).length === 0) {
    problems.push({
      path: "accounts",
      what: "no account is declared",
      fix: "declare the source and destination accounts",
    });
  }
  for (const [name, account] of Object.entries(accounts)) {
    const id = account?.id;
    if (typeof id !== "string") continue;
    if (!/^\d{12}$/.test(id)) {
      problems.push({
        path: `accounts.${name}.id`,
        what: `"${id}" is not an account id`,
        allowed: "exactly 12 digits",
      });
      continue;
    }
    const other = byId.get(id);
    if (other !== undefined) {
      problems.push({
        path: `accounts.${name}.id`,
        what: `account ${id} is declared twice, as ${other} and ${name}`,
        fix: "keep one of them",
      });
    }
    byId.set(id, name);
  }
  return problems;
}

function checkState(state: DeepPartial<TopologyInput["state"]>, accounts: Accounts): Problem[] {
  if (!isRecord(state)) return [];
  return [
    ...checkAccountName(state.account, "state.account", accounts),
    ...checkRegion(state.region, "state.region"),
  ];
}

function checkImage(image: DeepPartial<ImageInput> | undefined, path: string, accounts: Accounts): Problem[] {
  if (!isRecord(image)) return [];
  return [
    ...checkSource(image.from, `${path}.from`, accounts),
    ...checkDestinations(image, path, accounts),
    ...checkTags(image.tags, `${path}.tags`),
  ];
}

function checkSource(
  from: DeepPartial<ImageInput["from"]> | undefined,
  path: string,
  accounts: Accounts,
): Problem[] {
  if (!isRecord(from)) return [];
  const problems = [
    ...checkAccountName(from.account, `${path}.account`, accounts),
    ...checkRegion(from.region, `${path}.region`),
  ];
  const selectors = ["newest", "imageId"].filter((key) => key in from);
  if (selectors.length !== 1) {
    problems.push({
      path,
      what: selectors.length === 0 ? "it does not say which image" : "it names the image twice",
      allowed: "exactly one of newest: { name } and imageId",
    });
  }
  return problems;
}

function checkDestinations(image: DeepPartial<ImageInput>, path: string, accounts: Accounts): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  const rules = Array.isArray(image.to) ? (image.to as readonly DeepPartial<ImageInput["to"][number]>[]) : [];
  rules.forEach((rule, index) => {
    const at = `${path}.to[${index}]`;
    if (!isRecord(rule)) return;
    problems.push(...checkAccountName(rule.account, `${at}.account`, accounts));
    if (rule.launch !== undefined && image.publishTo === undefined) {
      problems.push({
        path: `${at}.launch`,
        what: "a launch template finds the image through its published parameter, and the image is not published",
        fix: `set ${path}.publishTo`,
      });
    }
    problems.push(...checkLaunch(rule.launch, `${at}.launch`));
    if (isRecord(rule.launch)) problems.push(...checkTags(rule.launch["tags"], `${at}.launch.tags`));
    const regions = Array.isArray(rule.regions) ? (rule.regions as readonly unknown[]) : [];
    regions.forEach((region, r) => {
      problems.push(...checkRegion(region, `${at}.regions[${r}]`));
      if (typeof rule.account !== "string" || typeof region !== "string") return;
      const key = `${rule.account}/${region}`;
      const other = seen.get(key);
      if (other !== undefined) {
        problems.push({
          path: `${at}.regions[${r}]`,
          what: `two rules for one destination: ${rule.account} in ${region} is already at ${other}`,
          fix: "keep one of them",
        });
      }
      seen.set(key, `${at}.regions[${r}]`);
    });
  });
  return problems;
}

function checkTags(tags: unknown, path: string): Problem[] {
  if (!isRecord(tags)) return [];
  return Object.keys(tags)
    .filter((key) => /^(aws|keyferry):/i.test(key))
    .map((key) => ({
      path: `${path}.${key}`,
      what: `the tag key "${key}" is reserved`,
      allowed: "keys that do not start with aws: or keyferry:",
    }));
}

/** Keys, roles and images do not cross partitions. */
function checkPartition(images: RawImages): Problem[] {
  const used = new Map<string, string>();
  for (const [name, image] of Object.entries(images)) {
    const places = [
      { path: `images.${name}.from.region`, region: image?.from?.region },
      ...rawDestinations(image, `images.${name}`),
    ];
    for (const { path, region } of places) {
      if (typeof region === "string" && isRegion(region) && !used.has(partitionOf(region))) {
        used.set(partitionOf(region), path);
      }
    }
  }
  if (used.size < 2) return [];
  return [
    {
      path: [...used.values()].at(-1) ?? "images",
      what: `the topology spans the partitions ${[...used.keys()].join(" and ")}`,
      allowed: "Regions of one partition: keys and roles cannot be shared across partitions",
    },
  ];
}

function checkAccountName(name: unknown, path: string, accounts: Accounts): Problem[] {
  if (typeof name !== "string" || Object.hasOwn(accounts, name)) return [];
  const known = Object.keys(accounts);
  return [
    {
      path,
      what: `"${name}" is not a declared account`,
      allowed: known.length === 0 ? "a name declared under accounts" : known.join(", "),
    },
  ];
}

function checkRegion(region: unknown, path: string): Problem[] {
  if (typeof region !== "string" || isRegion(region)) return [];
  return [
    { path, what: `the Region "${region}" does not exist`, allowed: nearestRegions(region).join(", ") },
  ];
}
