import { bareCode, codeAndMessage } from "./error-code";
import { parsedErrorOf, type ParsedError } from "./parsed-error";

/** How programs print AWS's errors; the first shape that matches a unit of text is used. */
const SHAPES: readonly RegExp[] = [
  // AWS CLI, boto3, Ansible, s3 transfers
  /An error occurred \((?<code>[\w.]+)\) when calling the (?<operation>\w+) operation(?: \([^)]*\))?:\s?(?<message>.*)/,
  // SDK for Go v2: Terraform, Packer's plugins, Kubernetes controllers
  /operation error [^:]+: (?<operation>\w+), .*?RequestID: (?<requestId>[\w-]*),(?: HostID: \S*,)? (?:api error )?(?<code>[A-Za-z][\w.]+):\s?(?<message>.*)/,
  // Keyferry
  /(?<operation>[A-Z]\w+)(?: [a-z/]\S*)? in (?<account>\d{12}) (?<region>[a-z-]+-\d): (?<code>[A-Za-z][\w.]+): (?<message>.+?)(?: \(request id (?<requestId>\S+)\))?$/,
  // SDK for Java v1, CloudFormation's older messages
  /(?<message>[^"]+?) \(Service: [\w ]+; Status Code: \d+; Error Code: (?<code>[\w.]+); Request ID: (?<requestId>[\w-]+)/,
  // SDK for Java v2, CloudFormation's resource handlers; the class of a modelled exception is AWS's code
  /(?:(?:^|[\s."])(?<code>[A-Z]\w+Exception): )?(?<message>[^"]+?) \(Service: [\w ]+, Status Code: \d+, Request ID: (?<requestId>[\w-]+)/,
  // SDK for Ruby; its codes have lost their dots
  /^(?:\S+:\d+:in .*?: )?(?<message>.+?) \(Aws::\w+::Errors::(?<code>\w+)\)/,
  // SDK for Rust
  /code: Some\("(?<code>[\w.]+)"\), message: Some\("(?<message>[^"]+)"\)(?:.*?"?aws_request_id"?: "(?<requestId>[\w-]+)")?/,
  // XML that a program prints unchanged, and the SDK for PHP
  /<Code>(?<code>[\w.]+)<\/Code>\s*<Message>(?<message>[^<]+)<\/Message>/,
  // s3cmd and similar programs
  /S3 error: \d+ \((?<code>\w+)\): (?<message>.+)/,
];

/** How the SDK for Go v1 ends its messages. */
const GO_V1_END = /\s*status code: \d+, request id: (?<requestId>[\w-]*).*$/;
/** Java classes and packages before AWS's message. */
const PACKAGE = /^.*?\b(?:com|software)\.amazon(?:aws)?[\w.]*\.(?=[A-Z]\w*: )/;
const NO_CODES =
  /^(?:(?:Amazon|AWS|Aws)?(?:Ec2|EC2|Kms|KMS|S3|Sts|STS|SecurityTokenService|Iam|IAM|IdentityManagement|Rds|RDS|Ssm|SSM|AutoScaling|Service)|SdkClient|Runtime)(?:Service)?Exception$/;

/** The error in a unit of text; undefined if the text has no known form of an error. */
export function readShape(unit: string): ParsedError | undefined {
  const words = unit.replace(PACKAGE, "");
  for (const shape of SHAPES) {
    const found = shape.exec(words)?.groups;
    if (found === undefined) continue;
    const code = found["code"];
    const isCode = code !== undefined && !NO_CODES.test(code);
    return parsedErrorOf({
      ...found,
      message: trimmed(found["message"] ?? ""),
      code: isCode ? bareCode(code) : undefined,
    });
  }
  const found = codeAndMessage(words);
  if (found === undefined) return undefined;
  const requestId = GO_V1_END.exec(found.message)?.groups?.["requestId"];
  return parsedErrorOf({
    code: found.code,
    message: trimmed(found.message.replace(GO_V1_END, "")),
    requestId,
  });
}

/** Without what programs add before and after AWS's message. */
function trimmed(message: string): string {
  return message
    .replace(/^\w+(?: \w+)* returned message: "?/, "")
    .replace(/\s+at [\w.<>$]+ ?\(.*$/, "")
    .trim();
}
