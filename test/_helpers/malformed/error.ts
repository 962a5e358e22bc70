import { malformedText } from "./text";

/** An error as the AWS CLI prints it. */
export const CODED = "An error occurred (InvalidKey.InUse) when calling the CopyImage operation: words";
/** Errors as programs print them, one of each form. */
const RIGHT = [
  CODED,
  `╷\n│ Error: creating EC2 AMI: operation error EC2: CopyImage, https response error StatusCode: 400, RequestID: 1, api error InvalidAMIName.Duplicate: AMI name web is already in use\n│\n│   with aws_ami_copy.web,\n│   on main.tf line 1\n╵\n`,
  '{"level":"ERROR","time":"2026-01-01","error":"UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:iam::111111111111:user/a is not authorized to perform: ec2:RunInstances on resource: *"}',
  '{"Reservations":[{"Instances":[{"StateReason":{"Code":"Client.InternalError","Message":"Client.InternalError: Client error on launch"}}]}]}',
  '{"detail":{"errorCode":"AccessDenied","errorMessage":"no","eventName":"CreateGrant","awsRegion":"eu-west-1"}}',
  "==> amazon-ebs.web: Error copying AMI: The snapshot is encrypted with the default Amazon EBS key\n\tstatus code: 400, request id: 1",
];

/** Malformed errors of every form. */
export const malformedError = malformedText(RIGHT);
