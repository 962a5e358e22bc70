import { openFoundation } from "../../api/foundation";
import { lookOf } from "../../api/session";
import { adoptCopies, type Adoption, type HandMadeCopy } from "../../commands/adopt-copies";
import { hanging } from "../../report/wrap";
import { refusalsText } from "../../report/refusals-text";
import { confirmed, refuseUnasked, type ConfirmedOptions } from "../confirmed";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { openSession } from "../session";
import { widthOf } from "../width";

export interface AdoptOptions extends ConfirmedOptions {
  /** Only list the images. @default false */
  readonly dryRun?: boolean;
}

/** `keyferry adopt`: takes over images that were copied manually, instead of copying them again. */
export async function adoptCommand(host: Host, options: AdoptOptions): Promise<number> {
  const { dryRun = false } = options;
  if (!dryRun) refuseUnasked(host, options);
  const session = await openSession(host, options);
  const { deployer } = openFoundation(session);
  const adoption = await adoptCopies(lookOf(host, session), deployer, async (copies) => {
    if (dryRun) return false;
    if (options.yes !== true) host.err(copies.map(copyText).join("\n"));
    return confirmed(host, options, `take over ${copies.length === 1 ? "this copy" : "these copies"}?`);
  });
  host.out(options.json === true ? JSON.stringify(adoption) : adoptionText(adoption, widthOf(host).columns));
  return adoption.refusals.length > 0 ? EXIT.refused : EXIT.done;
}

function adoptionText({ copies, unfit, done, refusals }: Adoption, columns?: number): string {
  const verb = done ? "taken over" : "can be taken over";
  return [
    ...(copies.length === 0
      ? ["no manually made copy can be taken over"]
      : copies.map((copy) => `${verb}: ${copyText(copy)}`)),
    ...unfit.map((copy) => hanging(`not taken over: ${copyText(copy)}: ${copy.because.join("; ")}`, columns)),
    ...(refusals.length === 0 ? [] : [refusalsText(refusals, columns)]),
  ].join("\n");
}

function copyText({ node, imageId, name, account, region }: HandMadeCopy): string {
  return `${imageId} "${name}" in ${account} ${region}, as ${node}`;
}
