/**
 * A program of its own that uses the API through its public entry, as `keyferry/api` resolves where this runs from the
 * sources. Prints nothing itself; what it has learnt goes into a file.
 * argv: the topology's JSON, the file.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { carryImages } from "../../../examples/pipeline";
import * as api from "../../../scripts/api";

const [topologyFile = "", answerFile = ""] = process.argv.slice(2);
const topology = JSON.parse(readFileSync(topologyFile, "utf8")) as api.TopologyInput;

/** What of this process an embedded library must leave alone. */
const surroundings = () => ({
  umask: process.umask(),
  env: { ...process.env },
  listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  exitCode: process.exitCode,
});

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error: unknown) => (api.isKeyferryError(error) ? error.code : String(error)),
  );

async function use() {
  const before = surroundings();
  const stop = new AbortController();
  const interrupted = await api.run(topology, {
    onEvent: ({ code }) => code === "CopyStarted" && stop.abort(),
    signal: stop.signal,
  });
  const log: string[] = [];
  const stage = {
    directory: ".",
    log: (line: string) => log.push(line),
    signal: AbortSignal.timeout(300_000),
  };
  const nothing = structuredClone(topology);
  Object.assign(Object.values(nothing.images ?? {})[0]?.from ?? {}, { newest: { name: "none-*" } });
  const answer = {
    interrupted: interrupted.state,
    arrived: await carryImages(topology, stage),
    log,
    planned: (await api.plan(topology)).counts,
    verified: (await api.verify(topology)).ok,
    examined: (await api.doctor(topology)).findings.filter(({ state }) => state === "failed"),
    lease: (await api.status(topology)).rules.map(({ lease }) => lease ?? null),
    left: (await api.clean(topology, { apply: true })).leftovers,
    back: (await api.planRollback(topology, { rule: "web" })).refusals.length,
    refused: await codeOf(api.run(nothing)),
    mistaken: await codeOf(api.plan(topology, { only: ["nobody"] })),
    aborted: await codeOf(api.verify(topology, { signal: AbortSignal.abort() })),
  };
  return { ...answer, before, after: surroundings() };
}

void use().then((answer) => writeFileSync(answerFile, JSON.stringify(answer)));
