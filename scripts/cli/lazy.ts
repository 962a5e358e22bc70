import { createRequire } from "node:module";
import type * as TsxApi from "tsx/cjs/api";
import type * as Furnish from "../../demo/furnish-program";
import type * as Demo from "../../demo/program";
import type * as Sandbox from "../../sandbox/program";
import type * as Setup from "../../setup/report-parts";
import type * as StateBucket from "../aws/state-bucket";
import type * as Adopt from "./commands/adopt";
import type * as Audit from "./commands/audit";
import type * as Bootstrap from "./commands/bootstrap";
import type * as Clean from "./commands/clean";
import type * as Deploy from "./commands/deploy";
import type * as Diff from "./commands/diff";
import type * as Doctor from "./commands/doctor";
import type * as Explain from "./commands/explain";
import type * as ImportStanding from "./commands/import";
import type * as Init from "./commands/init";
import type * as Keys from "./commands/keys";
import type * as Plan from "./commands/plan";
import type * as Replicate from "./commands/replicate";
import type * as Rekey from "./commands/rekey";
import type * as Report from "./commands/report";
import type * as ReviewCommand from "./commands/review";
import type * as Rollback from "./commands/rollback";
import type * as Rollout from "./commands/rollout";
import type * as Run from "./commands/run";
import type * as StateBucketCommand from "./commands/state-bucket";
import type * as Status from "./commands/status";
import type * as Synth from "./commands/synth";
import type * as Unlock from "./commands/unlock";
import type * as Verify from "./commands/verify";
import type * as PrintError from "./print-error";
import type * as PlanRights from "./stacks/plan-rights";

const load = createRequire(__filename);

/** Modules that are loaded only when they are needed, so that `--help` starts quickly. */
export const lazy = {
  adopt: () => load("./commands/adopt") as typeof Adopt,
  audit: () => load("./commands/audit") as typeof Audit,
  bootstrap: () => load("./commands/bootstrap") as typeof Bootstrap,
  clean: () => load("./commands/clean") as typeof Clean,
  demo: () => load("../../demo/program") as typeof Demo,
  deploy: () => load("./commands/deploy") as typeof Deploy,
  diff: () => load("./commands/diff") as typeof Diff,
  doctor: () => load("./commands/doctor") as typeof Doctor,
  explain: () => load("./commands/explain") as typeof Explain,
  furnish: () => load("../../demo/furnish-program") as typeof Furnish,
  importStanding: () => load("./commands/import") as typeof ImportStanding,
  init: () => load("./commands/init") as typeof Init,
  keys: () => load("./commands/keys") as typeof Keys,
  plan: () => load("./commands/plan") as typeof Plan,
  replicate: () => load("./commands/replicate") as typeof Replicate,
  rekey: () => load("./commands/rekey") as typeof Rekey,
  report: () => load("./commands/report") as typeof Report,
  planRights: () => load("./stacks/plan-rights") as typeof PlanRights,
  review: () => load("./commands/review") as typeof ReviewCommand,
  rollback: () => load("./commands/rollback") as typeof Rollback,
  rollout: () => load("./commands/rollout") as typeof Rollout,
  run: () => load("./commands/run") as typeof Run,
  sandbox: () => load("../../sandbox/program") as typeof Sandbox,
  setup: () => load("../../setup/report-parts") as typeof Setup,
  status: () => load("./commands/status") as typeof Status,
  synth: () => load("./commands/synth") as typeof Synth,
  unlock: () => load("./commands/unlock") as typeof Unlock,
  verify: () => load("./commands/verify") as typeof Verify,
  stateBucketCommand: () => load("./commands/state-bucket") as typeof StateBucketCommand,
  stateBucket: () => load("../aws/state-bucket") as typeof StateBucket,
  printError: () => load("./print-error") as typeof PrintError,
  tsx: () => load("tsx/cjs/api") as typeof TsxApi,
};
