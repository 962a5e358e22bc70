import path from "node:path";
import { ConfigurationError } from "../../../core/errors";
import { workspace } from "../../../core/workspace";
import { fileText, lintReport, lintText, type PolicyKind } from "../../../policy/lint";
import { fileReport, otherForm, policiesIn, type PolicyFile } from "../../../policy/lint/templates";
import { doctor } from "../../api/doctor";
import { lockOnDisk } from "../../api/lock-on-disk";
import { doctorText } from "../../report/doctor-text";
import { proofJson, proofText } from "../../report/proof-text";
import { hanging } from "../../report/wrap";
import { proveOffline } from "../../commands/prove-offline";
import { upgradeNotes } from "../../commands/upgrade-notes";
import { journalFile } from "../../engine/journal";
import { isFile } from "../../../setup/files";
import type { Topology } from "../../../topology";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { loadTopology, projectAt } from "../load-config";
import { readText } from "../read-text";
import { readingOptions, type CommonOptions } from "../session";
import { tellNowhere, tellWhereabouts } from "../whereabouts";
import { widthOf } from "../width";

export interface DoctorOptions extends CommonOptions {
  readonly offline?: boolean;
  /** Directory of the synthesised stacks, relative to the working directory. */
  readonly synth?: string;
  /** A policy's file, relative to the working directory, or `-`. */
  readonly policy?: string;
  readonly kind?: PolicyKind;
}

/**
 * `keyferry doctor`: finds problems before they cause failures. Without an option it checks AWS with the runner roles and changes
 * nothing; with an option it only reads files.
 */
export async function doctorCommand(host: Host, options: DoctorOptions): Promise<number> {
  refuseContradictions(options);
  if (options.policy !== undefined) return lint(host, options, options.policy);
  if (options.offline === true || options.synth !== undefined) return prove(host, options);
  return lookAtAws(host, options);
}

async function lookAtAws(host: Host, options: DoctorOptions): Promise<number> {
  const topology = loadTopology(host, options.config);
  const examination = await doctor(topology, readingOptions(host, options), host);
  host.out(
    options.json === true ? JSON.stringify(examination) : doctorText(examination, widthOf(host).columns),
  );
  tellUpgrades(host, options, topology);
  return examination.ok ? EXIT.done : EXIT.refused;
}

/** Prints what remains to be done after an upgrade from an older version, if anything. */
function tellUpgrades(host: Host, { config }: DoctorOptions, topology: Topology): void {
  const project = projectAt(host, config);
  const { name } = topology;
  const lock = lockOnDisk(project, topology).stored();
  const hasRun = isFile(journalFile(project.workspace.journalDir, name));
  const { columns } = widthOf(host);
  for (const { what, fix } of upgradeNotes(name, { lock, hasRun }))
    host.err(`${hanging(what, columns)}\n${hanging(`fix: ${fix}`, columns, "  ")}`);
}

/** @throws ConfigurationError */
function refuseContradictions({ offline, synth, policy, kind }: DoctorOptions): void {
  const problems = [
    ...(policy !== undefined && (offline === true || synth !== undefined)
      ? [
          {
            path: "--policy",
            what: "it cannot be combined with --offline or --synth",
            allowed: "one check at a time",
          },
        ]
      : []),
    ...(kind !== undefined && policy === undefined
      ? [{ path: "--kind", what: "it needs --policy", allowed: "--policy FILE --kind KIND" }]
      : []),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems, "the options");
}

async function prove(host: Host, options: DoctorOptions): Promise<number> {
  const topology = loadTopology(host, options.config);
  await tellWhereabouts(host, topology, { ...options, offline: true });
  const directory = path.resolve(host.cwd, options.synth ?? workspace(host.env, host.cwd).synthDir);
  const { proof, stacks, unread, wrongGrants } = proveOffline(topology, directory);
  host.out(
    options.json === true
      ? JSON.stringify({ directory, stacks, unread, wrongGrants, ...proofJson(topology, proof) })
      : proofText(topology, proof, { unread, wrongGrants }, widthOf(host).columns),
  );
  return proof.ok && wrongGrants.length === 0 ? EXIT.done : EXIT.failed;
}

function lint(host: Host, options: DoctorOptions, file: string): number {
  tellNowhere(host, "the policy", options);
  const document = readText(host, file, "the policy");
  const several = policiesIn(document);
  if (several !== undefined) return lintSeveral(host, options, file, several);
  const unreadable = otherForm(document);
  if (unreadable !== undefined) {
    const { what, fix } = unreadable;
    throw new ConfigurationError([{ path: nameOf(file), what, fix }], "the policy");
  }
  const report = lintReport(options.kind === undefined ? { document } : { document, kind: options.kind });
  say(host, options, { policy: file, ...report }, lintText(report, nameOf(file)));
  return report.findings.length === 0 ? EXIT.done : EXIT.failed;
}

/** A Terraform plan or a CloudFormation template, whose resource types determine the kinds of their policies. */
function lintSeveral(host: Host, options: DoctorOptions, file: string, policies: PolicyFile): number {
  if (options.kind !== undefined) {
    const what = `${nameOf(file)} is ${policies.form}, whose resource types determine the kind of each policy`;
    throw new ConfigurationError([{ path: "--kind", what, fix: "leave it out" }], "the options");
  }
  const report = fileReport(policies);
  say(host, options, { file, ...report }, fileText(report, nameOf(file)));
  return report.policies.every(({ findings }) => findings.length === 0) ? EXIT.done : EXIT.failed;
}

function say(host: Host, { json }: DoctorOptions, data: object, text: string): void {
  host.out(json === true ? JSON.stringify(data) : hanging(text, widthOf(host).columns));
}

function nameOf(file: string): string {
  return file === "-" ? "standard input" : file;
}
