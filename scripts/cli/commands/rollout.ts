import { ConfigurationError } from "../../../core/errors";
import { rolloutText } from "../../report/groups-text";
import { rollout } from "../../api/rollout";
import { atWork } from "../at-work";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { loadTopology } from "../load-config";
import { named, type OnlyOption } from "../name-options";
import type { CommonOptions } from "../session";
import { widthOf } from "../width";

export interface RolloutOptions extends CommonOptions, OnlyOption {
  /** @default true */
  readonly wait?: boolean;
  readonly restart?: boolean;
  readonly cancel?: boolean;
}

/** `keyferry rollout`: replaces instances of groups that opted in, after a new image was published. */
export async function rolloutCommand(host: Host, options: RolloutOptions): Promise<number> {
  if (options.cancel === true && options.restart === true) {
    const problem = {
      path: "--cancel",
      what: "it cannot be combined with --restart",
      allowed: "one of the two",
    };
    throw new ConfigurationError([problem], "the options");
  }
  const topology = loadTopology(host, options.config);
  const { wait = true, restart = false, cancel = false } = options;
  const chosen = { ...named(options), wait, restart, cancel };
  const result = await atWork(host, options, (common) => rollout(topology, { ...common, ...chosen }, host));
  const json = options.json === true;
  host.out(json ? JSON.stringify(result) : rolloutText(result, host.clock.now(), widthOf(host).columns));
  return EXIT[result.state];
}
