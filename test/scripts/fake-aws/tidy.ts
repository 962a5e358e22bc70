import { clean } from "../../../scripts/commands/clean";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import type { Freezer } from "./freezer";
import type { Stage } from "./stage";

/** `keyferry clean --apply`, as a separate process. */
export function tidy(stage: Stage, host: string, freezer?: Freezer): Promise<string> {
  const aws = stage.cloud.access();
  const clock = freezer?.clock ?? stage.clock;
  return clean({
    topology: stage.topology,
    aws: freezer?.around(aws) ?? aws,
    foundation: stage.foundation(),
    clock,
    settings: AWS_SETTINGS,
    keeper: { me: { host, pid: 1, run: host }, clock, settings: AWS_SETTINGS, isAlive: () => true },
    listener: () => undefined,
    signal: new AbortController().signal,
    apply: true,
  }).then(
    ({ ok }) => (ok ? "done" : "not done"),
    (error: { readonly code?: string }) => error.code ?? String(error),
  );
}
