import { isRecord } from "@keyferry/common";
import type { Problem } from "../core/errors";
import { excessOf, MAX_IMAGE_NAME, patternMistakes } from "./copy-name";
import { rawList, type RawRule } from "./raw-input";

/**
 * Problems of the patterns for names of copies, for each destination. Whether the names are free is known only after AWS has been
 * asked.
 * @param accounts the raw section `accounts`
 */
export function checkCopyNames(
  { name, rule, path }: RawRule,
  accounts: Readonly<Record<string, { readonly id?: unknown } | undefined>>,
): readonly Problem[] {
  const from = isRecord(rule["from"]) ? rule["from"] : {};
  return rawList(rule["to"]).flatMap((to, index): readonly Problem[] => {
    if (!isRecord(to)) return [];
    const { copyName: pattern, account, route } = to;
    if (typeof pattern !== "string") return [];
    const at = `${path}.to[${index}].copyName`;
    if (route === "share")
      return [
        {
          path: at,
          what: "a shared image is not copied, so the destination cannot give it a name",
          fix: "leave it out",
        },
      ];
    const mistakes = patternMistakes(pattern);
    if (mistakes.length > 0) return mistakes.map((mistake) => ({ path: at, ...mistake }));
    if (typeof account !== "string") return [];
    const id = accounts[account]?.id;
    const accountId = typeof id === "string" ? id : "";
    return rawList(to["regions"]).flatMap((region): readonly Problem[] => {
      if (typeof region !== "string") return [];
      const excess = excessOf(pattern, { rule: name, account, accountId, region });
      if (excess > 0)
        return [
          {
            path: at,
            what: `in ${account} ${region} it leaves no room for even the shortest image name`,
            allowed: `at most ${MAX_IMAGE_NAME} characters`,
            fix: `shorten it by at least ${excess} ${excess === 1 ? "character" : "characters"}`,
          },
        ];
      const isHome = account === from["account"] && region === from["region"];
      if (!isHome || pattern !== "{name}") return [];
      return [
        {
          path: at,
          what: `in ${account} ${region} the source image itself already has this name`,
          fix: "leave it out, or add something to {name}",
        },
      ];
    });
  });
}
