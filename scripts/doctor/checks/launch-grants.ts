import { parseArn } from "@keyferry/common";
import { granteeArns, LAUNCH_OPERATIONS } from "../../../policy";
import type { LaunchGrant } from "../../../topology";
import type { KeyGrant } from "../../aws";
import { check, type Finding } from "../../engine/finding";

const say = check("launch-grants");

/** The grants on a key as they are, which only its own account sees whole. */
export async function checkGrantsOf(
  key: GrantedKey,
  read: (arn: string) => Promise<readonly KeyGrant[]>,
): Promise<readonly Finding[]> {
  const looked = await say.looking(key.name, () => read(key.arn));
  return "finding" in looked ? [looked.finding] : checkLaunchGrants(key, looked.value);
}

/** A key that the topology names, and who is to launch under it. */
export interface GrantedKey {
  /** `builder/eu-west-1/app-data@1` */
  readonly name: string;
  readonly arn: string;
  readonly topology: string;
  readonly partition: string;
  readonly declared: readonly LaunchGrant[];
}

/** A service-linked role that is to have a grant. */
interface Expected {
  readonly arn: string;
  /** 12 digits. */
  readonly account: string;
  /** That of the stack that makes it. */
  readonly accountName: string;
}

/**
 * Whether each service-linked role that is to launch under a key has one grant that counts, and nobody has one that was made for what
 * is no longer declared.
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
    const what = `${role.arn} has no grant that account ${role.account} has made, so that nothing launches with it`;
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
    const what = `${role.arn} has ${own.length} grants (${ids}): it keeps its access when Terraform retires the one that it has made`;
    const fix = `keep the one that Terraform's state of foundation-grants-${role.accountName} has, and end the others: ${retire(key, "ID")}`;
    return [say.failed(name, what, fix, role.account)];
  }
  return [say.passed(name, `${role.arn} launches by the grant ${first.id}`)];
}

/** What is wrong with a grant that nothing declared expects as it is. */
function strayFindings(key: GrantedKey, expected: readonly Expected[], grant: KeyGrant): readonly Finding[] {
  const { name, topology, arn } = key;
  const { grantee, id, issuingAccount } = grant;
  const owner = parseArn(arn)?.account;
  const isOurs = grant.name?.startsWith(`keyferry/${topology}/`) === true;
  const isServiceLinked = grantee?.includes(":role/aws-service-role/") === true;
  const account = grantee === undefined ? undefined : parseArn(grantee)?.account;
  if (grantee !== undefined && account === undefined && isOurs) {
    const what = `the grant ${id} is for ${grantee}, a service-linked role that was deleted; one that was made anew under its name is somebody else to KMS, and Terraform refuses to read the grant`;
    return [say.failed(name, what, `${retire(key, id)}; then deploy 'foundation-grants-*'`, issuingAccount)];
  }
  if (isServiceLinked && issuingAccount !== undefined && issuingAccount !== account) {
    const what = `the grant ${id} of ${grantee} was made by account ${issuingAccount}: only one that account ${account} makes lets the role launch`;
    const fix = `aws kms revoke-grant --key-id ${arn} --grant-id ${id}, and declare the role under launchGrants`;
    return [say.failed(name, what, fix, owner)];
  }
  if (isOurs && !expected.some((role) => role.arn === grantee)) {
    const what = `the grant ${id} of ${grantee ?? "a service"} was made for an entry that the topology no longer has`;
    const fix = `deploy 'foundation-grants-*' or 'dropped-*'; where the account that made it is lost: aws kms revoke-grant --key-id ${arn} --grant-id ${id} in account ${owner}`;
    return [say.failed(name, what, fix, owner)];
  }
  return [];
}

function retire({ arn }: GrantedKey, id: string): string {
  return `aws kms retire-grant --key-id ${arn} --grant-id ${id} as the account that made it`;
}
