import { ConfigurationError } from "../../core/errors";
import type { Host } from "./host";
import type { CommonOptions } from "./session";

export interface ConfirmedOptions extends CommonOptions {
  /** Do not ask. @default false */
  readonly yes?: boolean;
}

/** @throws ConfigurationError if there is no terminal to ask on */
export function refuseUnasked(host: Host, { yes }: ConfirmedOptions): void {
  if (yes === true || host.ask !== undefined) return;
  const what = "it is required when standard input is not a terminal";
  throw new ConfigurationError([{ path: "--yes", what }], "the options");
}

export async function confirmed(host: Host, { yes }: ConfirmedOptions, question: string): Promise<boolean> {
  if (yes === true) return true;
  const answer = await host.ask?.(`${question} Only "yes" is accepted: `);
  return answer?.trim() === "yes";
}
