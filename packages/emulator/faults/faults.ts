import { AwsError, type AccessCheck, type Call, type Caller } from "../contract";
import { JSON_THROTTLING, THROTTLING, type FaultEffect, type FaultRule, type FaultScope } from "./rules";

/** The caller's connection is to be cut; never a response. */
export class ConnectionReset extends AwsError {
  constructor() {
    super("ConnectionReset", "The rehearsal cloud cuts this connection.");
  }
}

interface Armed {
  readonly rule: FaultRule;
  /** Calls in its scope so far. */
  seen: number;
  struck: number;
  /** The part of its share that has not become a strike yet. */
  credit: number;
}

/** Decides which calls fail on purpose. */
export class Faults {
  private armed: Armed[] = [];

  /** Replaces all rules. */
  set(rules: readonly FaultRule[]): void {
    this.armed = rules.map((rule) => ({ rule, seen: 0, struck: 0, credit: 0 }));
  }

  /** The rules, and how often each one has struck. */
  list(): readonly { readonly rule: FaultRule; readonly seen: number; readonly struck: number }[] {
    return this.armed.map(({ rule, seen, struck }) => ({ rule, seen, struck }));
  }

  /**
   * Call this before a call is handled; call the function that it returns afterwards.
   * @throws AwsError for a call that is to fail
   */
  async before(call: Call): Promise<() => void> {
    if (this.armed.length === 0) return NOTHING;
    let cutAfter = false;
    for (const armed of this.armed) {
      const { effect } = armed.rule;
      if (NO_ANSWERS.includes(effect.kind) || !inScope(armed.rule, call) || !strikes(armed)) continue;
      if (effect.kind === "slow") await new Promise((resolve) => setTimeout(resolve, effect.seconds * 1000));
      else if (effect.kind === "fail")
        throw new AwsError(effect.code, effect.message ?? effect.code, effect.status ?? 400);
      else if (effect.kind === "throttle")
        throw new AwsError(...(THROTTLING[call.service] ?? JSON_THROTTLING));
      else if (effect.kind === "reset" && effect.when === "after") cutAfter = true;
      else throw new ConnectionReset();
    }
    return cutAfter ? cut : NOTHING;
  }

  /** Cloud seconds by which background work starts later. */
  heldBack(work: Required<FaultScope>): number {
    let seconds = 0;
    for (const armed of this.armed) {
      const { effect } = armed.rule;
      if (effect.kind === "late" && inScope(armed.rule, work) && strikes(armed)) seconds += effect.seconds;
    }
    return seconds;
  }

  /** Whether a rule denies the action: `ec2:CopyImage` of the call itself, or `kms:CreateGrant` of a service. */
  denies(caller: Caller, check: AccessCheck): boolean {
    if (this.armed.length === 0) return false;
    const [service, operation] = check.action.split(":");
    const region = check.resource.split(":")[3] ?? "";
    const about = { service, operation, account: caller.account, region };
    return this.armed.some(
      (armed) =>
        armed.rule.effect.kind === "deny" &&
        armed.rule.effect.action === check.action &&
        inScope(armed.rule, about) &&
        strikes(armed),
    );
  }
}

/** Effects on a service's background work. */
const NO_ANSWERS: readonly FaultEffect["kind"][] = ["deny", "late"];

const NOTHING = (): void => undefined;
const cut = (): void => {
  throw new ConnectionReset();
};

function inScope(rule: FaultScope, call: FaultScope | Call): boolean {
  const account = "caller" in call ? call.caller.account : call.account;
  return (
    (rule.service ?? call.service) === call.service &&
    (rule.operation ?? call.operation) === call.operation &&
    (rule.account ?? account) === account &&
    (rule.region ?? call.region) === call.region
  );
}

function strikes(armed: Armed): boolean {
  const { share, nth, times } = armed.rule;
  armed.seen += 1;
  if (nth !== undefined && armed.seen !== nth) return false;
  if (times !== undefined && armed.struck >= times) return false;
  armed.credit += share ?? 1;
  // Shares such as 0.1 are not exact in binary.
  if (armed.credit < 1 - 1e-9) return false;
  armed.credit -= 1;
  armed.struck += 1;
  return true;
}
