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
  title: "Roles that are granted something",
  about:
    "What `KeyGrants.fromKey(key)` and `BucketGrants.fromBucket(bucket)` of `keyferry/constructs` add to the policy of a role, whoever made the role, the key and the bucket.",
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
    "The other half of `KeyGrants.fromKey(key)`, for roles of other accounts: in the policy of a key that is made beside it, and in `keyPolicyStatements` for the owner of any other one.",
  rows: KEY_ROLE_ROWS,
  scopes: {
    "keys with `decrypt(role)`": keyOf("decrypt"),
    "keys with `encrypt(role)`": keyOf("encrypt"),
    "keys with `useThroughEbs(role)`": keyOf("ebs"),
  },
};
