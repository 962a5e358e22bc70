import { all, at, judge } from "../judge";
import { namesService } from "../statement";
import type { Rule } from "../types";

/** Services that use a volume's key with the permissions of their caller, or of their service-linked role. */
const WITH_OTHERS_PERMISSIONS =
  /^(ec2|autoscaling|ebs|ec2fleet|spot|spotfleet)(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?$/;

export const servicePrincipalForVolumes: Rule = {
  id: "service-principal-for-volumes",
  appliesTo: ["key"],
  title: "a service principal that never calls KMS itself",
  explanation:
    "for an encrypted volume, EC2 uses the permissions of the role that launches the instance or makes the copy, and Auto Scaling and Spot use their service-linked roles; the statement permits nothing",
  fix: 'allow the launching role, or the service-linked role: Principal {"AWS": "*"} with StringEquals kms:CallerAccount and ArnEquals aws:PrincipalArn',
  source:
    "EBS user guide, How Amazon EBS encryption works; EC2 Auto Scaling user guide, Required AWS KMS key policy for use with encrypted volumes",
  check: ({ statements }) =>
    judge(
      all(
        statements.filter(
          ({ allows, actions }) =>
            allows && actions.some(({ text }) => text === "*" || namesService(text, "kms")),
        ),
        ({ principals }) => principals.filter(({ type, negated }) => type === "Service" && !negated),
      ),
      (principal) =>
        WITH_OTHERS_PERMISSIONS.test(principal.text)
          ? [at(principal, `${principal.text} never calls KMS for a volume`)]
          : [],
    ),
};
