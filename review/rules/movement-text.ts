import { money } from "../../core/money";
import type { DataMoved } from "../finding";
import type { Cost, Movement } from "../read/planned-moves";

/** A movement without its cost. */
export function dataOf({ gib, crossRegionGiB }: Movement): DataMoved {
  return { gib, crossRegionGiB };
}

/** `60 GiB, 20 GiB of it across Regions` */
export function dataText({ gib, crossRegionGiB }: DataMoved): string {
  if (crossRegionGiB === 0) return gib === 0 ? "nothing" : `${gib} GiB`;
  return crossRegionGiB === gib
    ? `${gib} GiB across Regions`
    : `${gib} GiB, ${crossRegionGiB} GiB of it across Regions`;
}

/** `1.20 USD once and 3.00 USD a month` */
export function costText({ currency, once, monthly }: Cost): string {
  const parts = [
    ...(once === 0 ? [] : [`${money(once)} ${currency} once`]),
    ...(monthly === 0 ? [] : [`${money(monthly)} ${currency} a month`]),
  ];
  return parts.length === 0 ? "nothing" : parts.join(" and ");
}

/** By how much a cost changes: `1.20 USD more once, 0.50 USD less a month`; undefined for two currencies. */
export function differenceText(before: Cost, after: Cost): string | undefined {
  if (before.currency !== after.currency) return undefined;
  return [
    { old: before.once, now: after.once, when: "once" },
    { old: before.monthly, now: after.monthly, when: "a month" },
  ]
    .filter(({ old, now }) => money(old) !== money(now))
    .map(
      ({ old, now, when }) =>
        `${money(Math.abs(now - old))} ${after.currency} ${now > old ? "more" : "less"} ${when}`,
    )
    .join(", ");
}
