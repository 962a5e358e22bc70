import type { Comparison, Rule } from "../rule";
import type { InstanceDefaults } from "../read/estate";
import { about } from "./thing";

/** What AWS does where no stack sets it. Source: EBS user guide, "Enable Amazon EBS encryption by default". */
const AWS_DEFAULTS = { "EBS encryption by default": "off", "EBS default key": "key alias/aws/ebs" } as const;

function changes({ base, head }: Comparison) {
  return [...new Set([...base.defaults.keys(), ...head.defaults.keys()])].flatMap((id) => {
    const before = base.defaults.get(id);
    const after = head.defaults.get(id);
    if (before?.value === after?.value) return [];
    const some = (after ?? before) as InstanceDefaults;
    const values = {
      before: before?.value ?? AWS_DEFAULTS[some.setting],
      after: after?.value ?? AWS_DEFAULTS[some.setting],
    };
    return values.before === values.after ? [] : [{ some, ...values }];
  });
}

export const ebsDefaultChanged: Rule = {
  id: "ebs-default-changed",
  description:
    "EBS encryption by default, or the default key of new volumes and snapshots, changes in a Region.",
  severity: "blocking",
  find: (comparison) =>
    changes(comparison).map(({ some, before, after }) => {
      const label = `${some.setting} in ${some.account} ${some.region}`;
      const thing = { label, account: some.account, source: some.source };
      return about(thing, `${label} becomes ${after}; it was ${before}`, { before, after });
    }),
};
