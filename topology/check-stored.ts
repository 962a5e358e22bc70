import { isRecord } from "@keyferry/common";
import type { Problem } from "../core/errors";
import { rawList, type RawRule } from "./raw-input";

/** What is wrong with destinations that an image reaches through S3, beside what is asked of every destination. */
export function checkStored({ rule, path }: RawRule): readonly Problem[] {
  const from = isRecord(rule["from"]) ? rule["from"] : {};
  return rawList(rule["to"]).flatMap((to, index): readonly Problem[] => {
    if (!isRecord(to) || to["route"] !== "store-restore" || to["account"] !== from["account"]) return [];
    return rawList(to["regions"]).flatMap((region, r): readonly Problem[] => {
      if (region !== from["region"]) return [];
      return [
        {
          path: `${path}.to[${index}].regions[${r}]`,
          what: "the image is there already, and no key of another account is needed to copy it: nothing has to go through S3",
          fix: `leave out ${path}.to[${index}].route, or this Region`,
        },
      ];
    });
  });
}
