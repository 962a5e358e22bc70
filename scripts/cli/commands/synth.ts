import path from "node:path";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { withStacks, type StackOptions } from "../stacks/session";

/** `keyferry synth`: writes the Terraform configuration of the stacks; reads no state. */
export function synthCommand(host: Host, options: StackOptions): Promise<number> {
  return withStacks(host, "synth", options, ({ stacks, workspace }) => {
    const names = stacks.map(({ name }) => name);
    host.out(
      options.json === true
        ? JSON.stringify({ directory: workspace.synthDir, stacks: names })
        : [...names, `written below ${path.relative(host.cwd, workspace.synthDir)}`].join("\n"),
    );
    return Promise.resolve(EXIT.done);
  });
}
