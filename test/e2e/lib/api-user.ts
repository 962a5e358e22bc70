/**
 * A separate program that uses the API through its public entry, to which `keyferry/api` resolves when it runs from the sources.
 * It prints nothing and writes its results to a file.
 * argv: the path of the topology's JSON, the path of the results.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { carryImages } from "../../../examples/pipeline";
import * as api from "../../../scripts/api";

const [topologyFile = "", answerFile = ""] = process.argv.slice(2);
const topology = JSON.parse(readFileSync(topologyFile, "utf8")) as api.TopologyInput;

/** The state of this process that an embedded library must not change. */
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
