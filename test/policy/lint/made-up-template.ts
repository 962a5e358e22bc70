/** A template with a key, whose policy has pseudo parameters and parameters, and a resource without a policy. */
export const TEMPLATE = `
Parameters:
  AdminArn: { Type: String }
  Target: { Type: String, Default: "210987654321" }
Resources:
  HomeKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: 2012-10-17
        Statement:
          - Sid: Owner
            Effect: Allow
            Principal: { AWS: !Sub "arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root" }
            Action: kms:*
            Resource: "*"
          - Sid: Other
            Effect: Allow
            Principal: { AWS: !Join ["", ["arn:aws:iam::", !Ref Target, ":root"]] }
            Action: kms:*
            Resource: "*"
  Topic:
    Type: AWS::SNS::Topic
`;

/** A template with one key, whose policy has the owner's statement and the given statements. */
export function keyTemplate(...statements: readonly object[]): string {
  const owner = {
    Effect: "Allow",
    Principal: { AWS: { "Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root" } },
    Action: "kms:*",
    Resource: "*",
  };
  const policy = { Version: "2012-10-17", Statement: [owner, ...statements] };
  const key = { Type: "AWS::KMS::Key", Properties: { KeyPolicy: policy } };
  return JSON.stringify({ Parameters: { Who: { Type: "String" } }, Resources: { Key: key } });
}
