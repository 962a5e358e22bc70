/** Results of moto's AWS-verified tests on the rehearsal cloud: docs/rehearsal-judged.md is generated from this table. */

/** Tests that failed on the rehearsal cloud. */
export interface Verdict {
  /** Prefix of their pytest IDs, below `tests/`. */
  readonly tests: string;
  readonly count: number;
  /** Fixed tests pass now; refused tests still fail, with an error that says what is not modelled. */
  readonly verdict: "fixed" | "refused";
  readonly what: string;
}

/** The moto checkout: its tag, its suites for the services of the rehearsal cloud, and how many of its tests pass. */
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

const fixed = (tests: string, count: number, what: string): Verdict => ({
  tests,
  count,
  verdict: "fixed",
  what,
});
const refused = (tests: string, count: number, what: string): Verdict => ({
  tests,
  count,
  verdict: "refused",
  what,
});

export const VERDICTS: readonly Verdict[] = [
  fixed("test_kms/test_kms_encrypt.py", 2, "AWS's texts for a plaintext that is empty or too long"),
  fixed(
    "test_autoscaling/test_autoscaling.py",
    6,
    "no version if none was given; a mixed instances policy with ID, overrides and distribution; error texts",
  ),
  fixed("test_iam/test_iam_signing_certificates.py", 5, "signing certificates are authorised and stored"),
  fixed("test_sqs/test_sqs.py", 5, "queues by name, TagQueue with a map, batches of up to 1 MiB"),
  fixed("test_s3/test_s3.py::test_delete_bucket_cors", 1, "CORS configurations are stored"),
  fixed(
    "test_s3/test_s3_copyobject.py",
    3,
    "checksums and redirects of copies; `Key` and `Condition` of errors",
  ),
  fixed("test_s3/test_s3_lock.py", 10, "Object Lock"),
  fixed("test_s3/test_s3_multipart.py", 1, "a completed upload can be completed again"),
  fixed("test_ec2/test_launch_templates.py", 5, "AWS's codes and texts"),
  fixed(
    "test_ec2/test_security_groups.py",
    4,
    "ModifySecurityGroupRules and managed prefix lists are supported",
  ),
  fixed("test_ec2/test_prefix_lists.py", 1, "managed prefix lists are supported"),
  fixed("test_ec2/test_subnets.py", 1, "AssociateVpcCidrBlock is supported"),
  fixed("test_ec2/test_vpcs.py", 1, "AssociateVpcCidrBlock is supported"),
  fixed(
    "test_ec2/test_fleets.py::test_delete_fleet",
    1,
    "a fleet that was deleted without its instances can be deleted again with them",
  ),
  refused("test_s3/test_s3_logging.py", 2, "access logs, which would not be delivered"),
  refused("test_s3/test_s3_select.py", 13, "S3 Select, which AWS does not offer to new customers"),
  refused(
    "test_s3control/",
    2,
    "S3 Control: its clients prefix the host name with the account, which does not resolve here",
  ),
  refused("test_ec2/test_transit_gateway.py", 7, "transit gateways"),
  refused("test_ec2/test_vpn_connections.py", 3, "VPN connections"),
  refused("test_ec2/test_customer_gateways.py", 1, "customer gateways"),
  refused(
    "test_ec2/test_elastic_network_interfaces.py::test_create_instance__termination_deletes_eni[Keep",
    1,
    "network interfaces that remain after their instance is terminated",
  ),
  refused("test_ec2/test_fleets.py::test_create_fleet_dryrun", 1, "`ValidFrom` and `ValidUntil` of fleets"),
  refused(
    "test_rds/test_integrations.py",
    2,
    "customer managed keys for managed passwords (the wrong default key is fixed)",
  ),
];

/** The text of docs/rehearsal-judged.md. */
export function judgedDoc(): string {
  const listed = (verdict: Verdict["verdict"]) =>
    VERDICTS.filter((row) => row.verdict === verdict)
      .map(({ tests, count, what }) => `- \`${tests}\` (${count}): ${what}.`)
      .join("\n");
  const of = (verdict: Verdict["verdict"]) =>
    VERDICTS.filter((row) => row.verdict === verdict).reduce((sum, { count }) => sum + count, 0);
  return `<!-- Written by \`npm run docs\` from test/e2e/lib/moto-verdicts.ts. -->

# Results of moto's AWS-verified tests on the rehearsal cloud

moto's test suite has tests that its authors ran against AWS: they are marked \`aws_verified\`. Those of moto ${JUDGED.moto} for services of
the rehearsal cloud (${JUDGED.suites.join(", ")}) run unmodified against it:

\`\`\`sh
git clone --branch ${JUDGED.moto} https://github.com/getmoto/moto
KEYFERRY_TEST_MOTO_TESTS=moto npx jest test/e2e/sandbox-moto-tests --selectProjects e2e
\`\`\`

\`python3\` must have moto, pytest and freezegun; without a checkout the test is skipped with a message. The account has the service-linked
roles of EC2 Fleet and EC2 Spot, like accounts that have used both.

${JUDGED.passed} pass and ${of("refused")} are refused; of those that pass, ${of("fixed")} failed at first. None is disputed. moto itself serves DynamoDB,
CloudWatch Logs, Lambda, Secrets Manager, SNS and most of SQS and RDS, so tests that pass there say little about the rehearsal cloud.
STS and Organizations have no such tests.

## Fixed

${listed("fixed")}

## Refused

Each fails with an error that names what is not modelled, except S3 Control, which is not reached, and RDS, whose back end fails.

${listed("refused")}

The tests of fleets need the service-linked roles; they fail in an account without them, as on AWS.
`;
}
