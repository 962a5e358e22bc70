import { snapshotPrice, transferPrice, type PriceTable } from "../../topology";
import type { CopyCost, Cost, CostLine, PlannedCopy, PlannedRule } from "../engine/results";
import { isCopied, roundGiB } from "./totals";

/**
 * KMS requests of a copy, for each snapshot: two CreateGrant calls, DescribeKey on the destination's key, a data key, its
 * decryption. EC2 may make more requests on the caller's behalf. Source: EBS user guide, "How Amazon EBS uses AWS KMS".
 */
const KMS_REQUESTS_PER_SNAPSHOT = 5;

/** A charge before it has a price. */
type Charge = Omit<CostLine, "price" | "amount"> & { readonly price: number | undefined };

/**
 * The cost of a plan's copies from the user's prices; items without a price are left out and named. The owner of a shared
 * image pays for transfers out of it; the copying account pays for storage and requests. Transit copies are stored only for
 * the time of a run and not counted. Sources: EC2 user guide, "Copy an AMI"; KMS developer guide, "Request quotas".
 */
export function costOf(rules: readonly PlannedRule[], prices: PriceTable): Cost {
  const copies = rules.flatMap((rule) =>
    rule.copies
      .filter(isCopied)
      .map((copy) => ({ rule: rule.rule, node: copy.node, charges: chargesOf(rule, copy, prices) })),
  );
  const charges = merged(copies.flatMap((copy) => copy.charges));
  const lines = priced(charges);
  return {
    currency: prices.currency,
    lines,
    copies: copies.map(({ rule, node, charges: own }): CopyCost => ({ rule, node, ...sums(priced(own)) })),
    ...sums(lines),
    unpriced: [...new Set(charges.filter(({ price }) => price === undefined).map(({ what }) => what))],
  };
}

function priced(charges: readonly Charge[]): readonly CostLine[] {
  return charges.flatMap(({ price, ...charge }) =>
    price === undefined ? [] : [{ ...charge, price, amount: (charge.quantity / charge.per) * price }],
  );
}

function sums(lines: readonly CostLine[]): Pick<Cost, CostLine["kind"]> {
  const sum = (kind: CostLine["kind"]) =>
    lines.filter((line) => line.kind === kind).reduce((total, line) => total + line.amount, 0);
  return { once: sum("once"), monthly: sum("monthly") };
}

function chargesOf(rule: PlannedRule, copy: PlannedCopy, prices: PriceTable): Charge[] {
  const { fromRegion, region, accountName, dataGiB } = copy;
  const transfer: Charge = {
    what: `transfer ${fromRegion} -> ${region}`,
    kind: "once",
    quantity: dataGiB,
    unit: "GiB",
    per: 1,
    price: transferPrice(prices, fromRegion, region),
    paidBy: rule.sourceAccountName,
  };
  const storage: Charge = {
    what: `snapshots in ${region}`,
    kind: "monthly",
    quantity: dataGiB,
    unit: "GiB-months",
    per: 1,
    price: snapshotPrice(prices, region),
    paidBy: accountName,
  };
  const requests: Charge = {
    what: "KMS",
    kind: "once",
    quantity: rule.snapshots * KMS_REQUESTS_PER_SNAPSHOT,
    unit: "requests",
    per: 10_000,
    price: prices.kmsPer10000Requests,
    paidBy: accountName,
  };
  return [
    ...(fromRegion === region ? [] : [transfer]),
    ...(copy.role === "final" ? [storage] : []),
    requests,
  ];
}

/** One charge for the same thing, paid by the same account. */
function merged(charges: readonly Charge[]): readonly Charge[] {
  const found = new Map<string, Charge>();
  for (const charge of charges) {
    const id = `${charge.what} ${charge.paidBy}`;
    const before = found.get(id);
    found.set(id, before === undefined ? charge : { ...charge, quantity: before.quantity + charge.quantity });
  }
  return [...found.values()].map((charge) => ({
    ...charge,
    quantity: roundGiB(charge.quantity),
  }));
}
