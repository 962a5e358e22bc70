import { parseArn } from "@keyferry/common";
import { granteeArns, LAUNCH_OPERATIONS } from "../../../policy";
import type { LaunchGrant } from "../../../topology";
import type { KeyGrant } from "../../aws";
import { check, type Finding } from "../../engine/finding";

const say = check("launch-grants");

/** The current grants on a key; only the key's account can list all of them. */
export async function checkGrantsOf(
  key: GrantedKey,
  read: (arn: string) => Promise<readonly KeyGrant[]>,
): Promise<readonly Finding[]> {
  const looked = await say.looking(key.name, () => read(key.arn));
  return "finding" in looked ? [looked.finding] : checkLaunchGrants(key, looked.value);
}

/** A key that the topology names, and the roles that must be able to launch with it. */
export interface GrantedKey {
  /** `builder/eu-west-1/app-data@1` */
  readonly name: string;
  readonly arn: string;
  readonly topology: string;
  readonly partition: string;
  readonly declared: readonly LaunchGrant[];
}

/** A service-linked role that must have a grant. */
interface Expected {
  readonly arn: string;
  /** 12 digits. */
  readonly account: string;
  /** The account name of the stack that creates the grant. */
  readonly accountName: string;
}

/**
 * Whether each service-linked role that must launch with a key has exactly one valid grant, and no grant exists for a role that is no
 * longer declared.
 */
export function checkLaunchGrants(key: GrantedKey, grants: readonly KeyGrant[]): readonly Finding[] {
  const expected = key.declared.flatMap(({ account, grantee }): readonly Expected[] =>
    granteeArns(key.partition, account.id, [grantee]).map((arn) => ({
      arn,
      account: account.id,
      accountName: account.name,
    })),
  );
  return [
    ...expected.flatMap((role) => roleFindings(key, role, grants)),
    ...grants.flatMap((grant) => strayFindings(key, expected, grant)),
  ];
}

function roleFindings(key: GrantedKey, role: Expected, grants: readonly KeyGrant[]): readonly Finding[] {
  const { name } = key;
  const deploy = `npx keyferry deploy foundation-grants-${role.accountName}`;
  const own = grants.filter(
    ({ grantee, issuingAccount }) => grantee === role.arn && issuingAccount === role.account,
  );
  const [first, ...others] = own;
  if (first === undefined) {
    const what = `${role.arn} has no grant that account ${role.account} created, so launches with it fail`;
    return [say.failed(name, what, deploy, role.account)];
  }
  const missing = LAUNCH_OPERATIONS.filter(
    (operation) => !own.some(({ operations }) => operations.includes(operation)),
  );
  if (missing.length > 0) {
    const what = `the grant ${first.id} of ${role.arn} lacks ${missing.join(", ")}, without which launches fail with Client.InternalError`;
    return [say.failed(name, what, `${retire(key, first.id)}; then ${deploy}`, role.account)];
  }
  if (others.length > 0) {
    const ids = own.map(({ id }) => id).join(", ");
    const what = `${role.arn} has ${own.length} grants (${ids}): it keeps its access when Terraform retires the grant that it created`;
    const fix = `keep the grant that is in Terraform's state of foundation-grants-${role.accountName}, and retire the others: ${retire(key, "ID")}`;
    return [say.failed(name, what, fix, role.account)];
  }
  return [say.passed(name, `${role.arn} launches with the grant ${first.id}`)];
}

/** Problems of a grant that the topology does not declare in this form. */
function strayFindings(key: GrantedKey, expected: readonly Expected[], grant: KeyGrant): readonly Finding[] {
  const { name, topology, arn } = key;
  const { grantee, id, issuingAccount } = grant;
  const owner = parseArn(arn)?.account;
  const isOurs = grant.name?.startsWith(`keyferry/${topology}/`) === true;
  const isServiceLinked = grantee?.includes(":role/aws-service-role/") === true;
  const account = grantee === undefined ? undefined : parseArn(grantee)?.account;
  if (grantee !== undefined && account === undefined && isOurs) {
    const what = `the grant ${id} is for ${grantee}, a service-linked role that was deleted; for KMS, a new role with the same name is a different principal, and Terraform refuses to read the grant`;
    return [say.failed(name, what, `${retire(key, id)}; then deploy 'foundation-grants-*'`, issuingAccount)];
  }
  if (isServiceLinked && issuingAccount !== undefined && issuingAccount !== account) {
    const what = `the grant ${id} of ${grantee} was created by account ${issuingAccount}: only a grant that account ${account} creates allows the role to launch`;
    const fix = `aws kms revoke-grant --key-id ${arn} --grant-id ${id}, and declare the role under launchGrants`;
    return [say.failed(name, what, fix, owner)];
  }
  if (isOurs && !expected.some((role) => role.arn === grantee)) {
    const what = `the grant ${id} of ${grantee ?? "a service"} was created for an entry that the topology no longer has`;
    const fix = `deploy 'foundation-grants-*' or 'dropped-*'; if the account that created it is no longer accessible: aws kms revoke-grant --key-id ${arn} --grant-id ${id} in account ${owner}`;
    return [say.failed(name, what, fix, owner)];
  }
  return [];
}

function retire({ arn }: GrantedKey, id: string): string {
  return `aws kms retire-grant --key-id ${arn} --grant-id ${id} in the account that created it`;
}
