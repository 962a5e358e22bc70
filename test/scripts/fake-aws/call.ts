import type { Account } from "../../../topology";
import { AwsCallError } from "../../../scripts/aws";
import type { Bomb } from "./bomb";

/** Notes a call, and refuses it where the account cannot be entered or the script is dead. */
export type Guard = (account: Account, region: string, operation: string) => void;
/** Makes a change, around which the script may die. */
export type Change = <T>(account: Account, region: string, operation: string, effect: () => T) => Promise<T>;

/** What AWS answers. */
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

/** Enters the account of each call: recorded, refused where the role lets nobody in, and not made by a run that is dead. */
export function guardOf(calls: string[], closedAccounts: ReadonlySet<string>, bomb: Bomb): Guard {
  return (account, region, operation) => {
    bomb.alive();
    calls.push(`${operation} ${account.id}/${region}`);
    if (!closedAccounts.has(account.id)) return;
    throw error(account, region, "AssumeRole", "AccessDenied", "not authorized to perform: sts:AssumeRole");
  };
}

/** Changes something; the run may be killed before and after. */
export function changeOf(guard: Guard, bomb: Bomb): Change {
  return async (account, region, operation, effect) => {
    guard(account, region, operation);
    bomb.tick();
    const result = effect();
    bomb.tick();
    return result;
  };
}
