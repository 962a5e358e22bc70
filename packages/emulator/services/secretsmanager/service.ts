import type { Call } from "../../contract";
import type { MountedService } from "../../dispatch";
import { authorised, given, ON_ANY, ownArn, rows, type StoredTable } from "../stored/table";

const TABLE: StoredTable = {
  ...rows({ on: secret("SecretId") }, "DeleteSecret", "DescribeSecret", "RestoreSecret"),
  CreateSecret: { on: secret("Name"), tagging: "TagResource" },
  ...rows(ON_ANY, "ListSecrets"),
};

/** Secrets Manager as an owner of encrypted data: authorised by identity, stored in moto, which encrypts nothing. */
export function secretsManagerService(): MountedService {
  return {
    name: "secretsmanager",
    protocol: "json",
    operations: {},
    forwarded: authorised("secretsmanager", TABLE),
    unlisted: "administrators",
  };
}

/** A secret is identified by its name or its ARN. */
function secret(member: string) {
  return (call: Call) => {
    const name = given(call.input, member);
    return [name.startsWith("arn:") ? name : ownArn(call, "secretsmanager", `secret:${name}`)];
  };
}
