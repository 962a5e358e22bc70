import { formatArn, roleArn } from "@keyferry/common";
import { KEY_ROLE_ROWS, ROLE_ROWS, type KeyOfRoles, type RoleAccess } from "../policy/roles";
import type { Part } from "./permissions-part";

const NOTHING: RoleAccess = { keys: [], buckets: [] };

function key(use: RoleAccess["keys"][number]["use"]): RoleAccess {
  return { ...NOTHING, keys: [{ keyArn: "<ARN of the key>", region: "<Region>", use }] };
}

function bucket(use: RoleAccess["buckets"][number]["use"]): RoleAccess {
  const bucketArn = formatArn({
    partition: "aws",
    service: "s3",
    region: "",
    account: "",
    resource: "<bucket>",
  });
  return {
    ...NOTHING,
    buckets: [{ bucketArn, region: "<Region>", keyArn: "<ARN of the bucket's key>", use }],
  };
}

function keyOf(use: RoleAccess["keys"][number]["use"]): KeyOfRoles {
  const account = "<other account>";
  return {
    ...{ partition: "aws", region: "<Region>" },
    roles: [{ account, roleArn: roleArn("aws", account, "<role>"), use }],
  };
}

export const ROLE_PART: Part<RoleAccess> = {
  title: "Roles with grants",
  about:
    "Statements that `KeyGrants.fromKey(key)` and `BucketGrants.fromBucket(bucket)` of `keyferry/constructs` add to the policy of a role. The role, the key and the bucket can be existing ones.",
  rows: ROLE_ROWS,
  scopes: {
    "roles with `decrypt(role)`": key("decrypt"),
    "roles with `encrypt(role)`": key("encrypt"),
    "roles with `useThroughEbs(role)`": key("ebs"),
    "roles with `read(role)`": bucket("read"),
    "roles with `put(role)`": bucket("put"),
    "roles with `delete(role)`": bucket("delete"),
  },
};

export const ROLE_KEY_PART: Part<KeyOfRoles> = {
  title: "Keys that roles of other accounts use",
  about:
    "Key policy statements of `KeyGrants.fromKey(key)` for roles of other accounts. They are added to the policy of a key that is created in the same app; for any other key, `keyPolicyStatements` returns them for the key's owner.",
  rows: KEY_ROLE_ROWS,
  scopes: {
    "keys with `decrypt(role)`": keyOf("decrypt"),
    "keys with `encrypt(role)`": keyOf("encrypt"),
    "keys with `useThroughEbs(role)`": keyOf("ebs"),
  },
};
