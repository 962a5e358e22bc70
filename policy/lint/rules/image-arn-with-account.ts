import { parseArn } from "@keyferry/common";
import { all, at, judge } from "../judge";
import type { Rule } from "../types";

export const imageArnWithAccount: Rule = {
  id: "image-arn-with-account",
  appliesTo: ["identity"],
  title: "the ARN of an image or a snapshot with an account",
  explanation: "ARNs of images and snapshots have no account id; a statement whose ARN has one never matches",
  fix: "leave the account empty: ec2:<Region>::image/* and ec2:<Region>::snapshot/*; limit to an owner with a condition on ec2:Owner",
  source: "Service authorization reference, Resource types defined by Amazon EC2",
  check: ({ statements }) =>
    judge(
      all(statements, ({ resources }) => resources).flatMap((resource) => {
        const arn = parseArn(resource.text);
        return arn?.service === "ec2" && /^(image|snapshot)\//.test(arn.resource) ? [{ resource, arn }] : [];
      }),
      ({ resource, arn }) =>
        arn.account === "" || arn.account === "*" ? [] : [at(resource, `${resource.text} names an account`)],
    ),
};
