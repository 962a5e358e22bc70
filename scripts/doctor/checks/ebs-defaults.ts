import type { Place } from "../../../topology";
import type { ReadContext } from "../../engine/context";
import { placeName } from "../../engine/place-id";
import { DEPLOY } from "../facts";
import { check, type Finding } from "../../engine/finding";
import { unfit } from "./key-state";

const say = check("ebs-defaults");

const MANAGED = /^alias\/aws\/|:alias\/aws\//;

/**
 * How the account encrypts volumes for which no key is given: images under AWS's own key can never be shared, and without encryption
 * by default they may not be encrypted at all.
 */
export async function checkEbsDefaults({ aws }: ReadContext, place: Place): Promise<Finding> {
  const { account } = place;
  const subject = placeName(place);
  const looked = await say.looking(subject, () => aws.settings(place).ebsDefaults());
  if ("finding" in looked) return looked.finding;
  const { encryptionByDefault, key } = looked.value;
  const isManaged = key === "" || MANAGED.test(key);
  const state = `encryption by default is ${encryptionByDefault ? "on" : "off"}, the default key is ${isManaged ? "alias/aws/ebs" : key}`;
  if (account.ebsDefaults === true && (isManaged || !encryptionByDefault)) {
    return say.failed(
      subject,
      `${state}; accounts.${account.name}.ebsDefaults requires the foundation's key`,
      DEPLOY,
      account.id,
    );
  }
  if (isManaged) {
    const missing = encryptionByDefault ? "" : "encrypt everything, and ";
    return say.passed(
      subject,
      state,
      `set accounts.${account.name}.ebsDefaults: true to ${missing}create new images under a key that can be shared`,
    );
  }
  const described = await say.looking(subject, () => aws.keys(place).describeKey(key));
  // The runner role can describe only the foundation's keys; nothing more is known about another default key.
  if ("finding" in described) return say.passed(subject, state);
  const problem =
    described.value === undefined
      ? { what: "no longer exists", fix: `account ${account.id} must choose another default key` }
      : unfit(described.value, account.id);
  if (problem === undefined) return say.passed(subject, state);
  return say.failed(
    subject,
    `the EBS default key ${key} ${problem.what}; no one in the account can launch with it`,
    problem.fix,
    account.id,
  );
}
