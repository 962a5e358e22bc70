import { parseArn } from "@keyferry/common";
import { all, at, judge } from "../judge";
import type { LintContext, Rule } from "../types";
import { isOpen } from "../statement";

export const keyRegion: Rule = {
  id: "key-region",
  appliesTo: ["identity"],
  title: "no key in the Region where a key is needed",
  explanation:
    "a service uses a key in its own Region: a copy or an S3 replica in another Region needs a key in that Region",
  fix: "use the ARN of the destination's key, with the destination's Region and account",
  source: "Amazon S3 user guide, Replicating encrypted objects; EC2 API reference, CopyImage",
  check: ({ statements, context }) => {
    const needed = neededRegion(context);
    const keys = all(statements, ({ resources }) => resources).flatMap((resource) => {
      const arn = parseArn(resource.text);
      return arn?.service === "kms" ? [{ resource, region: arn.region }] : [];
    });
    const open = keys.some(({ region }) => isOpen(region) || region === needed);
    return judge(needed === undefined ? [] : keys, ({ resource, region }) =>
      open ? [] : [at(resource, `${resource.text} is in ${region}, but a key in ${needed} is needed`)],
    );
  },
};

function neededRegion({ region, keyArn }: LintContext): string | undefined {
  return region ?? (keyArn === undefined ? undefined : parseArn(keyArn)?.region);
}
