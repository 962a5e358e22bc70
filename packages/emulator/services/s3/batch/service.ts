import type { MountedService } from "../../../dispatch";
import type { S3Parts } from "../parts";
import { decodeControl, isControl } from "./decode";
import { jobOperations } from "./operations";

/** S3 Control, limited to S3 Batch Operations. */
export function s3ControlService(parts: S3Parts): MountedService {
  return {
    name: "s3control",
    signingName: "s3",
    claims: isControl,
    protocol: "rest-xml-wrapped",
    operations: jobOperations(parts),
    forwarded: {},
    decode: decodeControl,
  };
}
