/** The quotas of the cloud, as its administrator (not one of an AWS account) sets them. */
import { DEFAULT_QUOTAS, isQuotaName, QUOTA_NAMES, type QuotaName, type Quotas } from "./services/ec2/quotas";
import type { Ec2State } from "./services/ec2";

export type QuotaChanges = Partial<Record<QuotaName, number>>;

/** A change that names an unknown quota, or a value that is not a number. */
export class BadQuota extends TypeError {}

/** @throws BadQuota with every problem */
export function readQuotas(given: unknown): QuotaChanges {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new BadQuota('quotas must be an object, e.g. {"snapshotCopies":5}');
  }
  const problems = Object.entries(given).flatMap(([name, value]) => {
    if (!isQuotaName(name)) return `there is no quota ${name}; known: ${QUOTA_NAMES.join(", ")}`;
    return Number.isInteger(value) && value >= 0 ? [] : `${name} must be a whole number from 0`;
  });
  if (problems.length > 0) throw new BadQuota(problems.join("; "));
  return given as QuotaChanges;
}

/** @throws BadQuota unless it is absent, or 12 digits */
export function readAccount(given: unknown): string | undefined {
  if (given === undefined || (typeof given === "string" && /^\d{12}$/.test(given))) return given;
  throw new BadQuota("account must be 12 digits");
}

/** The values for every account, and the accounts with values of their own. */
export interface QuotaReport {
  readonly quotas: Quotas;
  readonly accounts: Readonly<Record<string, QuotaChanges>>;
}

/** Sets and shows the quotas of one cloud. */
export class QuotaDesk {
  constructor(private readonly ec2: Ec2State) {}

  report(): QuotaReport {
    return { quotas: { ...this.ec2.quotas }, accounts: { ...this.ec2.accountQuotas } };
  }

  /** @param account 12 digits @default - every account without a value of its own */
  set(changes: QuotaChanges, account?: string): void {
    if (account === undefined) this.ec2.quotas = { ...this.ec2.quotas, ...changes };
    else this.ec2.accountQuotas[account] = { ...this.ec2.accountQuotas[account], ...changes };
  }

  /** Resets to AWS's values for a new account. */
  clear(): void {
    this.ec2.quotas = DEFAULT_QUOTAS;
    this.ec2.accountQuotas = {};
  }
}
