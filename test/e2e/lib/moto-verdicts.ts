/** What moto's AWS-verified tests have found in the rehearsal cloud: docs/rehearsal-judged.md is written from this table. */

/** Tests that have failed here. */
export interface Verdict {
  /** Beginning of their pytest ids, below `tests/`. */
  readonly tests: string;
  readonly count: number;
  /** Mended ones pass now; refused ones go on failing, with an error that says so. */
  readonly verdict: "mended" | "refused";
  readonly what: string;
}

/** The checkout that was judged by: its tag, its suites for services that are here, and how many of its tests pass. */
export const JUDGED = {
  moto: "5.2.1",
  suites: [
    ...[
      "autoscaling",
      "awslambda",
      "dynamodb",
      "ec2",
      "events",
      "iam",
      "kms",
      "logs",
      "rds",
      "s3",
      "s3control",
    ],
    ...["secretsmanager", "sns", "sqs"],
  ],
  passed: 353,
} as const;

const mended = (tests: string, count: number, what: string): Verdict => ({
  tests,
  count,
  verdict: "mended",
  what,
});
const refused = (tests: string, count: number, what: string): Verdict => ({
  tests,
  count,
  verdict: "refused",
  what,
});

export const VERDICTS: readonly Verdict[] = [
  mended("test_kms/test_kms_encrypt.py", 2, "AWS's texts for a plaintext that is empty or too long"),
  mended(
    "test_autoscaling/test_autoscaling.py",
    6,
    "no version where none was given; a mixed instances policy with id, overrides and distribution; texts of refusals",
  ),
  mended("test_iam/test_iam_signing_certificates.py", 5, "signing certificates are authorised and kept"),
  mended("test_sqs/test_sqs.py", 5, "queues by name, TagQueue with a map, batches of 1 MiB"),
  mended("test_s3/test_s3.py::test_delete_bucket_cors", 1, "CORS is kept"),
  mended(
    "test_s3/test_s3_copyobject.py",
    3,
    "checksums and redirects of copies; `Key` and `Condition` of errors",
  ),
  mended("test_s3/test_s3_lock.py", 10, "Object Lock"),
  mended("test_s3/test_s3_multipart.py", 1, "a completed upload can be completed again"),
  mended("test_ec2/test_launch_templates.py", 5, "AWS's codes and texts"),
  mended("test_ec2/test_security_groups.py", 4, "ModifySecurityGroupRules and managed prefix lists are kept"),
  mended("test_ec2/test_prefix_lists.py", 1, "managed prefix lists are kept"),
  mended("test_ec2/test_subnets.py", 1, "AssociateVpcCidrBlock is kept"),
  mended("test_ec2/test_vpcs.py", 1, "AssociateVpcCidrBlock is kept"),
  mended(
    "test_ec2/test_fleets.py::test_delete_fleet",
    1,
    "a fleet deleted without its instances is deleted again with them",
  ),
  refused("test_s3/test_s3_logging.py", 2, "access logs: none would be delivered"),
  refused("test_s3/test_s3_select.py", 13, "S3 Select, which AWS does not offer to new customers"),
  refused(
    "test_s3control/",
    2,
    "S3 Control: its clients put the account into the host's name, which is no name here",
  ),
  refused("test_ec2/test_transit_gateway.py", 7, "transit gateways"),
  refused("test_ec2/test_vpn_connections.py", 3, "VPN connections"),
  refused("test_ec2/test_customer_gateways.py", 1, "customer gateways"),
  refused(
    "test_ec2/test_elastic_network_interfaces.py::test_create_instance__termination_deletes_eni[Keep",
    1,
    "network interfaces that stay when their instance ends",
  ),
  refused("test_ec2/test_fleets.py::test_create_fleet_dryrun", 1, "`ValidFrom` and `ValidUntil` of fleets"),
  refused(
    "test_rds/test_integrations.py",
    2,
    "customer managed keys for managed passwords (the default key, which differed, is mended)",
  ),
];

/** docs/rehearsal-judged.md */
export function judgedDoc(): string {
  const listed = (verdict: Verdict["verdict"]) =>
    VERDICTS.filter((row) => row.verdict === verdict)
      .map(({ tests, count, what }) => `- \`${tests}\` (${count}): ${what}.`)
      .join("\n");
  const of = (verdict: Verdict["verdict"]) =>
    VERDICTS.filter((row) => row.verdict === verdict).reduce((sum, { count }) => sum + count, 0);
  return `<!-- Written by \`npm run docs\` from test/e2e/lib/moto-verdicts.ts. -->

# How the rehearsal cloud is judged by moto's AWS-verified tests

moto's own suite has tests that its authors have run against AWS: they are marked \`aws_verified\`. Those of moto
${JUDGED.moto} for services that are here (${JUDGED.suites.join(", ")}) are run, unmodified, against the rehearsal cloud:

\`\`\`sh
git clone --branch ${JUDGED.moto} https://github.com/getmoto/moto
KEYFERRY_TEST_MOTO_TESTS=moto npx jest test/e2e/sandbox-moto-tests --selectProjects e2e
\`\`\`

\`python3\` must have moto, pytest and freezegun; without a checkout the test is skipped with a message. The account has the service-linked
roles of EC2 Fleet and EC2 Spot, as accounts have that have used both.

${JUDGED.passed} pass and ${of("refused")} are refused; of those that pass, ${of("mended")} did not at first. None is disputed. DynamoDB,
CloudWatch Logs, Lambda, Secrets Manager, SNS and most of SQS and RDS are answered by moto, so what passes there says little
about the rehearsal cloud. STS and Organizations have no such tests.

## Mended

${listed("mended")}

## Refused

Each with an error that names what is not modelled, but for S3 Control, which is not reached, and RDS, whose back end fails.

${listed("refused")}

The tests of fleets need the service-linked roles; they fail in an account without, as on AWS.
`;
}
