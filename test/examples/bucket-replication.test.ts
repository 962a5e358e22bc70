import { Testing } from "cdktf";
import { ReplicatedDocumentsStack } from "../../examples/bucket-replication";
import { onlyResource, policyOf, resources, type Synthesised } from "../_helpers/synthesised";

const stack = JSON.parse(
  Testing.synth(new ReplicatedDocumentsStack(Testing.app(), "documents")),
) as Synthesised;

test("replicas are encrypted under the destination's key and owned by the destination account", () => {
  const key = Object.keys(stack.resource?.["aws_kms_key"] ?? {}).find((name) => name.startsWith("frankfurt"));
  expect(onlyResource(stack, "aws_s3_bucket_replication_configuration")).toMatchObject({
    provider: "aws.ohio",
    rule: [
      {
        delete_marker_replication: { status: "Enabled" },
        source_selection_criteria: { sse_kms_encrypted_objects: { status: "Enabled" } },
        destination: {
          account: "222222222222",
          access_control_translation: { owner: "Destination" },
          encryption_configuration: { replica_kms_key_id: `\${aws_kms_key.${key}.arn}` },
        },
      },
    ],
  });
});

test("both cross-account permissions are in the destination account: bucket policy and key policy", () => {
  const [policy] = resources(stack, "aws_s3_bucket_policy").filter(
    ({ provider }) => provider === "aws.frankfurt",
  );
  expect(policyOf(policy ?? {}).Statement.map(({ Sid }) => Sid)).toEqual(
    expect.arrayContaining([
      "ReplicatorsWriteReplicas",
      "ReplicatorsWriteDeleteMarkers",
      "ReplicatorsHandOver",
    ]),
  );
  const [key] = resources(stack, "aws_kms_key").filter(({ provider }) => provider === "aws.frankfurt");
  expect(policyOf(key ?? {}).Statement).toContainEqual(
    expect.objectContaining({
      Sid: "ReplicatorsEncrypt",
      Principal: { AWS: ["arn:aws:iam::111111111111:root"] },
    }),
  );
});
