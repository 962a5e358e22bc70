import { isRecord } from "@keyferry/common";
import type { Problem } from "../core/errors";
import type { RawPart } from "../kinds/declared-kind";
import { rawList, type RawRule } from "./raw-input";

/** Problems of the keys that a destination names for volumes of an image. @param keys the raw section `keys` */
export function checkRegistered({ rule, path }: RawRule, keys: unknown): readonly Problem[] {
  const named = isRecord(keys) ? keys : {};
  return rawList(rule["to"]).flatMap((to, index): readonly Problem[] => {
    if (!isRecord(to) || !isRecord(to["volumeKeys"])) return [];
    const at = `${path}.to[${index}]`;
    if (to["route"] !== "register-image") {
      return [
        {
          path: `${at}.volumeKeys`,
          what: "only the route register-image supports different keys for the volumes of an image",
          fix: `set ${at}.route to "register-image"`,
        },
      ];
    }
    return Object.entries(to["volumeKeys"]).flatMap(([device, name]) =>
      typeof name === "string" ? checkKey(`${at}.volumeKeys.${device}`, name, named[name], to, named) : [],
    );
  });
}

function checkKey(path: string, name: string, key: unknown, to: RawPart, named: RawPart): readonly Problem[] {
  if (!isRecord(key)) {
    const names = Object.keys(named);
    return [
      {
        path,
        what: `the section keys has no key ${name}`,
        allowed: names.length === 0 ? "a key that is declared under keys" : names.join(", "),
      },
    ];
  }
  const account = String(to["account"]);
  if (key["account"] !== account) {
    return [
      {
        path,
        what: `the key ${name} belongs to another account; copies must be under keys of the destination's account`,
        fix: `name a key of the account ${account}`,
      },
    ];
  }
  const regions = rawList(key["regions"]);
  const missing = rawList(to["regions"]).filter((region) => !regions.includes(region));
  return [
    ...missing.map((region) => ({
      path,
      what: `the key ${name} does not exist in ${String(region)}`,
      fix: `add ${String(region)} to keys.${name}.regions`,
    })),
    ...(to["launch"] === undefined || isGranted(key, account)
      ? []
      : [
          {
            path,
            what: `EC2 Auto Scaling launches from the image, but may not use the key ${name}`,
            fix: `add { account: "${account}" } to keys.${name}.launchGrants`,
          },
        ]),
  ];
}

/** Whether EC2 Auto Scaling of an account launches under a raw key. */
function isGranted(key: RawPart, account: string): boolean {
  return rawList(key["launchGrants"]).some(
    (grant) =>
      isRecord(grant) &&
      grant["account"] === account &&
      (grant["awsServiceName"] ?? "autoscaling.amazonaws.com") === "autoscaling.amazonaws.com",
  );
}
