import { AwsError } from "../contract";
import type { WireRequest } from "./message";

/** What a signature says about its signer; the signature itself is not verified. */
export interface Credential {
  readonly accessKeyId: string;
  readonly region: string;
  /** Signing name of the service. */
  readonly service: string;
  /** Session token, for temporary credentials. */
  readonly token?: string;
}

const SCOPE = /^([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request$/;

/**
 * Reads the credential scope of a Signature Version 4 request, from its header or, when presigned, from its query.
 * @throws AwsError when the request is not signed in this way
 */
export function readCredential(request: WireRequest): Credential {
  const presigned = request.query.get("X-Amz-Credential");
  const scope = presigned ?? /Credential=([^,\s]+)/.exec(request.headers["authorization"] ?? "")?.[1];
  const match = SCOPE.exec(scope ?? "");
  if (match === null) {
    throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403);
  }
  const [, accessKeyId = "", region = "", service = ""] = match;
  const token =
    request.headers["x-amz-security-token"] ?? request.query.get("X-Amz-Security-Token") ?? undefined;
  return { accessKeyId, region, service: service.toLowerCase(), token };
}
