import type { Account } from "../../../topology";
import { AwsCallError } from "../../../scripts/aws";
import type { Bomb } from "./bomb";

/** Records a call, and refuses it if the account cannot be accessed or the process is dead. */
export type Guard = (account: Account, region: string, operation: string) => void;
/** Makes a change; the process can die before and after it. */
export type Change = <T>(account: Account, region: string, operation: string, effect: () => T) => Promise<T>;

/** AWS's error. */
export function error(
  account: Account,
  region: string,
  operation: string,
  code: string,
  message: string,
): AwsCallError {
  return new AwsCallError(
    { operation, account: account.id, region },
    { code, message, requestId: "00000000-0000-4000-8000-000000000000", transient: false },
  );
}

/** `account/region` */
export function idOf(place: { readonly account: { readonly id: string }; readonly region: string }): string {
  return `${place.account.id}/${place.region}`;
}

/** Accesses the account of each call: records it, refuses it if the role cannot be assumed, and makes no call for a dead run. */
export function guardOf(calls: string[], closedAccounts: ReadonlySet<string>, bomb: Bomb): Guard {
  return (account, region, operation) => {
    bomb.alive();
    calls.push(`${operation} ${account.id}/${region}`);
    if (!closedAccounts.has(account.id)) return;
    throw error(account, region, "AssumeRole", "AccessDenied", "not authorized to perform: sts:AssumeRole");
  };
}

/** Changes something; the run can be killed before and after. */
export function changeOf(guard: Guard, bomb: Bomb): Change {
  return async (account, region, operation, effect) => {
    guard(account, region, operation);
    bomb.tick();
    const result = effect();
    bomb.tick();
    return result;
  };
}
