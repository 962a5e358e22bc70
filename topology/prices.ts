import { z } from "zod";
import type { Problem } from "../core/errors";
import { isRegion, nearestRegions } from "@keyferry/common";
import { validated } from "./validated";

/** The entry for any Region that has no price of its own. */
const ANY = "*";

const price = z.number().min(0);

export const priceTableSchema = z.strictObject({
  /** Currency of the prices, printed after every amount: `USD`. */
  currency: z.string().min(1, "a currency such as USD").max(8),
  /** Source Region -> destination Region -> price of transferring one GiB; `*` stands for any other Region. */
  transferPerGiB: z.record(z.string(), z.record(z.string(), price)).optional(),
  /** Region -> price of storing one GiB of snapshots for a month; `*` stands for any other Region. */
  snapshotPerGiBMonth: z.record(z.string(), price).optional(),
  /** Price of 10,000 KMS requests, in every Region. @default - the cost of requests is not shown */
  kmsPer10000Requests: price.optional(),
});

/** The user's own prices. AWS's prices change, so Keyferry has none built in. */
export type PriceTable = z.output<typeof priceTableSchema>;

/**
 * @param origin where the table was read from, for error messages
 * @throws ConfigurationError with every problem
 */
export function resolvePrices(input: unknown, origin: string): PriceTable {
  return validated(priceTableSchema, input, (plain) => checkPrices(plain, ""), origin);
}

/** Checks the meaning of the raw table, which can have any shape. `path` ends with a dot, or is empty. */
export function checkPrices(input: unknown, path: string): Problem[] {
  if (!isRecord(input)) return [];
  const { transferPerGiB, snapshotPerGiBMonth } = input;
  const pairs = isRecord(transferPerGiB) ? Object.entries(transferPerGiB) : [];
  return [
    ...(isRecord(snapshotPerGiBMonth)
      ? checkRegions(Object.keys(snapshotPerGiBMonth), `${path}snapshotPerGiBMonth`)
      : []),
    ...checkRegions(
      pairs.map(([from]) => from),
      `${path}transferPerGiB`,
    ),
    ...pairs.flatMap(([from, to]) =>
      isRecord(to) ? checkRegions(Object.keys(to), `${path}transferPerGiB.${from}`) : [],
    ),
  ];
}

function checkRegions(regions: readonly string[], path: string): Problem[] {
  return regions
    .filter((region) => region !== ANY && !isRegion(region))
    .map((region) => ({
      path: `${path}.${region}`,
      what: `the Region "${region}" does not exist`,
      allowed: `${nearestRegions(region).join(", ")}, or * for any other`,
    }));
}

/** The price of a GiB from one Region into another; undefined if the table has none. */
export function transferPrice({ transferPerGiB }: PriceTable, from: string, to: string): number | undefined {
  const out = [from, ANY].map((region) => transferPerGiB?.[region]);
  return out.flatMap((row) => row?.[to] ?? [])[0] ?? out.flatMap((row) => row?.[ANY] ?? [])[0];
}

/** The price of a GiB of snapshots for a month; undefined if the table has none. */
export function snapshotPrice({ snapshotPerGiBMonth }: PriceTable, region: string): number | undefined {
  return snapshotPerGiBMonth?.[region] ?? snapshotPerGiBMonth?.[ANY];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
