import type { Place } from "../../../topology";
import type { ReadContext } from "../../engine/context";
import { placeName } from "../../engine/place-id";
import { DEPLOY } from "../facts";
import { check, type Finding } from "../../engine/finding";
import { unfit } from "./key-state";

const say = check("ebs-defaults");

const MANAGED = /^alias\/aws\/|:alias\/aws\//;

/**
 * What the account encrypts with when nobody says under which key: with AWS's own key its images can never be shared,
 * and what is made without a key may not be encrypted at all.
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
      `${state}; accounts.${account.name}.ebsDefaults asks for the foundation's key`,
      DEPLOY,
      account.id,
    );
  }
  if (isManaged) {
    const missing = encryptionByDefault ? "" : "encrypt everything, and ";
    return say.passed(
      subject,
      state,
      `set accounts.${account.name}.ebsDefaults: true to ${missing}make new images under a key that can be shared`,
    );
  }
  const described = await say.looking(subject, () => aws.keys(place).describeKey(key));
  // Only the foundation's keys may be described; of another default key nothing more is known.
  if ("finding" in described) return say.passed(subject, state);
  const problem =
    described.value === undefined
      ? { what: "no longer exists", fix: `account ${account.id} must choose another default key` }
      : unfit(described.value, account.id);
  if (problem === undefined) return say.passed(subject, state);
  return say.failed(
    subject,
    `the EBS default key ${key} ${problem.what}; nobody in the account can launch under it`,
    problem.fix,
    account.id,
  );
}
