import type { FaultRule } from "../../../packages/emulator/faults/rules";
import { PACE } from "../../../scripts/aws/pace";
import type { VirtualCloud } from "../../_helpers/virtual";

/** A command that runs on a prepared cloud. */
export interface Losing {
  readonly cloud: VirtualCloud;
  /** Restores the prepared cloud, and the state that the command keeps outside of it. */
  restore(): Promise<void>;
  /** Runs the command as a separate process. @returns `done`, or how it ended */
  give(pid: number): Promise<string>;
  /** Every difference from the result of an undisturbed command. */
  wrong(): Promise<readonly string[]>;
}

/** Calls that change something, by their names in AWS. */
const CHANGES =
  /^(Cancel\w+|Copy\w+|Create\w+|Delete\w+|Deregister\w+|Enable\w+|Modify\w+|Put\w+|Schedule\w+)$/;

/** How many times an undisturbed command makes each of its changing calls. */
export async function changesOf({
  cloud,
  restore,
  give,
  wrong,
}: Losing): Promise<ReadonlyMap<string, number>> {
  await restore();
  cloud.requests.clear();
  const end = await give(1);
  const calls = [...cloud.requests].map(([name, count]) => [name.split(" ")[1] ?? "", count] as const);
  expect([end, ...(await wrong())]).toEqual(["done"]);
  return new Map(calls.filter(([operation]) => CHANGES.test(operation)));
}

/** What goes wrong if the response to any one changing call is lost: the same command must complete. */
export async function lostOneByOne(losing: Losing): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [operation, count] of await changesOf(losing)) {
    for (let nth = 1; nth <= count; nth += 1) {
      const lost: FaultRule = { operation, nth, effect: { kind: "reset", when: "after" } };
      for (const what of await under(losing, lost, 1)) found.push(`${operation} ${nth}: ${what}`);
    }
  }
  return found;
}

/** What goes wrong if a changing call fails because it never gets a response: the next command must complete. */
export async function lostForGood(losing: Losing): Promise<readonly string[]> {
  const found: string[] = [];
  for (const operation of (await changesOf(losing)).keys()) {
    const effect = { kind: "reset", when: "after" } as const;
    const lost: FaultRule = { operation, times: PACE.passingAttempts, effect };
    for (const what of await under(losing, lost, 2)) found.push(`${operation}: ${what}`);
  }
  return found;
}

async function under(losing: Losing, fault: FaultRule, times: number): Promise<readonly string[]> {
  await losing.restore();
  losing.cloud.setFaults([fault]);
  let end = "";
  for (let pid = 1; pid <= times && end !== "done"; pid += 1) {
    end = await losing.give(pid).catch((error: { readonly message: string }) => error.message);
  }
  losing.cloud.setFaults([]);
  return [...(end === "done" ? [] : [end]), ...(await losing.wrong())];
}
