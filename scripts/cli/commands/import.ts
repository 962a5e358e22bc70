import { isRegion, nearestRegions, partitionOf } from "@keyferry/common";
import { ConfigurationError, type Problem } from "../../../core/errors";
import { must } from "../../../core/must";
import { refuseWrongEndpoint } from "../../../core/workspace";
import { runnerRoleName, type Account, type Topology } from "../../../topology";
import { propose, type Proposal } from "../../commands/import/proposal";
import { lookAround } from "../../commands/import/standing";
import { importedConfiguration } from "../../init/imported-configuration";
import { terraformImports } from "../../init/terraform-imports";
import { hanging } from "../../report/wrap";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { tellWhereabouts } from "../whereabouts";
import { widthOf } from "../width";

export interface ImportStandingOptions {
  /** Each as `prod=222222222222`. */
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly name: string;
  /** Name of the role that is assumed in each account; `false`: the ambient credentials. */
  readonly role: string | false;
  /** Print import blocks instead of the configuration. */
  readonly terraform?: boolean;
  readonly json?: boolean;
}

/**
 * `keyferry import`: prints a topology of what exists in some accounts, and on standard error what does not fit into it. Changes nothing.
 * @throws ConfigurationError with every wrong option, before any call
 */
export async function importStandingCommand(host: Host, options: ImportStandingOptions): Promise<number> {
  const topology = bareTopology(options);
  refuseWrongEndpoint(host.env);
  await tellWhereabouts(host, topology, options);
  const access = host.connectAsDeployer(topology, "keyferry-import");
  const standing = await lookAround(access, topology.accounts, options.regions);
  const proposal = propose(options.name, topology.accounts, standing);
  host.out(options.json === true ? json(proposal) : textOf(proposal, options));
  if (options.json !== true) host.err(notesText(proposal, widthOf(host).columns));
  return proposal.unseen.length > 0 ? EXIT.refused : EXIT.done;
}

/** A topology with accounts and nothing else. */
function bareTopology({ accounts, regions, name, role }: ImportStandingOptions): Topology {
  const problems: Problem[] = regions
    .filter((region) => !isRegion(region))
    .map((region) => ({
      path: "--regions",
      what: `the Region "${region}" does not exist`,
      allowed: nearestRegions(region).join(", "),
    }));
  const found = accounts.flatMap((text): Account[] => {
    const [, account, id] = /^([a-z][a-z0-9-]{0,31})=(\d{12})$/.exec(text) ?? [];
    if (account === undefined || id === undefined) {
      problems.push({
        path: "--accounts",
        what: `it is ${text}`,
        allowed:
          "a name of lower-case letters, digits or hyphens and an account id, such as prod=222222222222",
      });
      return [];
    }
    const deployRole = role === false ? {} : { deployRole: role };
    return [{ name: account, id, runnerRole: runnerRoleName(name), ...deployRole }];
  });
  for (const what of ["name", "id"] as const) {
    const twice = found.find((one, index) => found.findIndex((other) => other[what] === one[what]) !== index);
    if (twice !== undefined)
      problems.push({
        path: "--accounts",
        what: `${twice[what]} is named twice`,
        fix: "leave one of them out",
      });
  }
  if (!/^[a-z][a-z0-9-]{0,23}$/.test(name))
    problems.push({
      path: "--name",
      what: `it is ${name}`,
      allowed: "1 to 24 lower-case letters, digits or hyphens, a letter first",
    });
  if (problems.length > 0) throw new ConfigurationError(problems, "the options");
  return {
    name,
    partition: partitionOf(must(regions[0], "a Region")),
    accounts: found,
    operator: must(found[0], "an account"),
    rules: [],
    buckets: [],
    keys: [],
    state: { kind: "local" },
  };
}

function json({ keys, ...proposal }: Proposal): string {
  return JSON.stringify({
    ...proposal,
    keys: keys.map(({ account, ...key }) => ({ account: account.id, ...key })),
    terraform: terraformImports(keys),
  });
}

function textOf({ topology, keys }: Proposal, { terraform }: ImportStandingOptions): string {
  if (terraform === true) return terraformImports(keys).trimEnd();
  return topology === undefined
    ? "// No image has a copy in another account or Region, so there is nothing to declare."
    : importedConfiguration(topology).trimEnd();
}

function notesText({ unfit, unseen }: Proposal, columns?: number): string {
  const section = (head: string, texts: readonly string[]) =>
    texts.length === 0 ? [] : [[head, ...texts.map((text) => hanging(text, columns))].join("\n")];
  return [
    ...section(
      "what does not fit into the topology:",
      unfit.map(({ what, fix }) => `  ${what}\n    fix: ${fix}`),
    ),
    ...section(
      "could not be seen:",
      unseen.map((what) => `  ${what}`),
    ),
    "Next: write the topology to keyferry.config.ts, then run keyferry synth and keyferry doctor --offline; see docs/adoption.md.",
  ].join("\n");
}
