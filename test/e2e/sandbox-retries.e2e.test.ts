import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { hostEnvironment } from "../../setup/environment";
import { provideMoto } from "../../setup/moto";
import {
  SRC,
  startTestCloud,
  trusting,
  type Credentials,
  type TestCloud,
} from "../../packages/emulator/test/lib/cloud";
import { startCounter, type Counter } from "../../packages/emulator/test/lib/counter";
import { administratorEnvironment } from "./lib/administrator-environment";
import { AwsCli, whereTheCliIs } from "./lib/aws-cli";
import { TerraformDirectory } from "./lib/terraform-directory";

/** Third-party clients do not retry calls that are refused because they are not modelled. */

jest.setTimeout(240_000);

const REGION = "eu-west-1";
let cloud: TestCloud;
let counter: Counter;
let session: Credentials;
beforeAll(async () => {
  cloud = await startTestCloud();
  session = await cloud.session(SRC, cloud.moto.addRole(SRC, "runner", { trust: trusting(SRC) }));
});
beforeEach(async () => {
  counter = await startCounter(cloud.url);
});
afterEach(() => counter.stop());
afterAll(() => cloud.stop());

test("boto3 sends each refused call only once", async () => {
  const { python } = await provideMoto(hostEnvironment());
  const temporary = {
    aws_access_key_id: session.accessKeyId,
    aws_secret_access_key: session.secretAccessKey,
    aws_session_token: session.sessionToken,
  };
  const script = path.join(__dirname, "lib/refused_client.py");
  const { stdout } = await promisify(execFile)(python, [script, counter.url, JSON.stringify(temporary)]);

  expect(JSON.parse(stdout)).toEqual({
    ec2: "UnsupportedOperation",
    kms: "UnsupportedOperation",
    iam: "UnsupportedOperation",
    s3: "NotImplemented",
    "json service": "UnsupportedOperation",
    "query service": "UnsupportedOperation",
    "rest service": expect.any(String),
  });
  expect(counter.asked).toHaveLength(7);
});

whereTheCliIs(test).each([
  ["UnsupportedOperation", ["ec2", "describe-spot-price-history"]],
  ["UnsupportedOperation", ["kms", "create-custom-key-store", "--custom-key-store-name", "none"]],
  [
    "NotImplemented",
    [
      ...["s3api", "put-bucket-accelerate-configuration", "--bucket", "bucket"],
      ...["--accelerate-configuration", "Status=Enabled"],
    ],
  ],
])("the AWS CLI does not retry after %s on %j", async (code, argv) => {
  const cli = new AwsCli(counter.url, SRC, REGION, { AWS_MAX_ATTEMPTS: "5" });
  expect((await cli.refusal(...argv)).code).toBe(code);
  expect(counter.asked).toHaveLength(1);
});

test("Terraform's provider sends each refused call of a data source and of a resource only once", async () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-refused-"));
  const configuration = path.join(directory, "main.tf");
  writeFileSync(configuration, CONFIGURATION);
  const env = { ...administratorEnvironment(counter.url, SRC, REGION), AWS_MAX_ATTEMPTS: "25" };
  const terraform = await TerraformDirectory.of(directory, env);
  try {
    for (const [address, operation] of [
      ["data.aws_ec2_spot_price.now", "DescribeSpotPriceHistory"],
      ["aws_kms_custom_key_store.none", "CreateCustomKeyStore"],
    ] as const) {
      const output = await terraform.failure("apply", "-auto-approve", `-target=${address}`);
      expect(output).toContain("UnsupportedOperation");
      expect(counter.asked.filter((asked) => asked === operation)).toHaveLength(1);
    }
  } finally {
    terraform.remove();
    rmSync(directory, { recursive: true, force: true });
  }
});

const CONFIGURATION = `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "5.100.0" }
  }
}
provider "aws" {}
data "aws_ec2_spot_price" "now" {
  instance_type     = "t3.micro"
  availability_zone = "eu-west-1a"
}
resource "aws_kms_custom_key_store" "none" {
  custom_key_store_name  = "none"
  cloud_hsm_cluster_id   = "cluster-a1b2c3d4e5f"
  key_store_password     = "noneIsReal1"
  trust_anchor_certificate = "none"
}
`;
