import { EbsDefaults, type EbsDefaultsProps } from "../../../constructs";
import { onlyResource, resources, synthesisedScope } from "../../_helpers/synthesised";

const KEY = { keyArn: "arn:aws:kms:eu-west-1:111111111111:key/1", keyId: "1" };

const synthesised = (props?: EbsDefaultsProps) =>
  synthesisedScope((scope) => new EbsDefaults(scope, "defaults", props));

test("a given key becomes the EBS default key, and encryption by default is enabled", () => {
  const stack = synthesised({ key: KEY });
  expect(onlyResource(stack, "aws_ebs_default_kms_key")).toEqual(
    expect.objectContaining({ key_arn: KEY.keyArn }),
  );
  expect(onlyResource(stack, "aws_ebs_encryption_by_default")).toMatchObject({ enabled: true });
});

test("without a key, AWS's own key stays the default key, and encryption by default is still enabled", () => {
  const stack = synthesised();
  expect(resources(stack, "aws_ebs_default_kms_key")).toEqual([]);
  expect(onlyResource(stack, "aws_ebs_encryption_by_default")).toMatchObject({ enabled: true });
});

test("encryption by default can be disabled", () => {
  const stack = synthesised({ key: KEY, encryptionByDefault: false });
  expect(onlyResource(stack, "aws_ebs_encryption_by_default")).toMatchObject({ enabled: false });
});
