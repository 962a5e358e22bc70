import { isRecord } from "@keyferry/common";
import type { Problem } from "../core/errors";
import { rawList, type RawRule } from "./raw-input";

/** Problems of destinations with route store-restore, in addition to the checks of every destination. */
export function checkStored({ rule, path }: RawRule): readonly Problem[] {
  const from = isRecord(rule["from"]) ? rule["from"] : {};
  return rawList(rule["to"]).flatMap((to, index): readonly Problem[] => {
    if (!isRecord(to) || to["route"] !== "store-restore" || to["account"] !== from["account"]) return [];
    return rawList(to["regions"]).flatMap((region, r): readonly Problem[] => {
      if (region !== from["region"]) return [];
      return [
        {
          path: `${path}.to[${index}].regions[${r}]`,
          what: "the image is already in this account and Region, and copying it needs no key of another account: S3 is not needed",
          fix: `leave out ${path}.to[${index}].route, or this Region`,
        },
      ];
    });
  });
}
