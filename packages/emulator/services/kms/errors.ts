import { AwsError } from "../../contract";

export function notFound(message: string): AwsError {
  return new AwsError("NotFoundException", message);
}

export function keyNotFound(arn: string): AwsError {
  return notFound(`Key '${arn}' does not exist`);
}

export function aliasNotFound(arn: string): AwsError {
  return notFound(`Alias ${arn} is not found.`);
}

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export function malformedPolicy(message: string): AwsError {
  return new AwsError("MalformedPolicyDocumentException", message);
}

export function notModelled(what: string): AwsError {
  return new AwsError("UnsupportedOperationException", `The rehearsal cloud does not model ${what} in KMS.`);
}

export function invalidState(arn: string, what: string): AwsError {
  return new AwsError("KMSInvalidStateException", `${arn} ${what}`);
}

export function limitExceeded(message: string): AwsError {
  return new AwsError("LimitExceededException", message);
}
