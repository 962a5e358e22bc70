import { ConfigurationError } from "../../../core/errors";
import {
  deployedAccounts,
  type DeployerUses,
  type LockedAccount,
  type LockedTopology,
} from "../../../topology";
import { lockOnDisk } from "../../api/lock-on-disk";
import { cliLines } from "../../init/bootstrap/cli-lines";
import { cloudFormationTemplate } from "../../init/bootstrap/cloudformation";
import { deployRoles, type DeployRole } from "../../init/bootstrap/deploy-roles";
import { terraformBlocks } from "../../init/bootstrap/terraform";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { loadTopology, projectAt } from "../load-config";

/** The output formats. */
export const FORMS = ["cli", "cloudformation", "terraform"] as const;

/** Commands that use the deploy role and need permissions that Terraform does not, by the values of `--for`. */
export const DEPLOYER_USES = {
  adopt: { adopts: true },
  audit: { auditsKeys: true },
  "keys-delete": { deletesKeys: true },
  "keys-import": { importsKeys: true },
  "keys-rotate": { rotatesKeys: true },
} as const satisfies Readonly<Record<string, DeployerUses>>;

export interface BootstrapOptions {
  readonly config?: string;
  readonly as: (typeof FORMS)[number];
  /** Names or ids. @default - all accounts */
  readonly accounts?: readonly string[];
  /** @default - only Terraform */
  readonly for?: readonly (keyof typeof DEPLOYER_USES)[];
}

/**
 * `keyferry bootstrap`: prints the deploy role of each account, with only the permissions that it needs.
 * @throws ConfigurationError where an account is neither in the topology nor in its lock file
 */
export function bootstrapCommand(host: Host, options: BootstrapOptions): Promise<number> {
  const locked = lockOnDisk(projectAt(host, options.config), loadTopology(host, options.config)).merged();
  const accounts = chosen(locked, options.accounts);
  const uses = Object.assign({}, ...(options.for ?? []).map((use) => DEPLOYER_USES[use])) as DeployerUses;
  const roles = deployRoles(locked, accounts, uses);
  host.out(text(options.as, roles));
  for (const { account } of accounts) {
    const { name, deployRole, profile = "the ambient credentials" } = account;
    if (deployRole === undefined)
      host.err(`${name}: Terraform uses ${profile} in this account, so no role is needed`);
  }
  for (const { account, instanceRoles } of roles)
    for (const role of instanceRoles)
      host.err(
        `${account.name}: iam:PassRole names the role ${role}, like the instance profile; if the profile's role has another name, replace it`,
      );
  return Promise.resolve(EXIT.done);
}

function text(form: BootstrapOptions["as"], roles: readonly DeployRole[]): string {
  if (form === "cli") return cliLines(roles);
  const document = form === "terraform" ? terraformBlocks(roles) : cloudFormationTemplate(roles);
  return JSON.stringify(document, undefined, 2);
}

function chosen(locked: LockedTopology, names: readonly string[] | undefined): readonly LockedAccount[] {
  const accounts = deployedAccounts(locked);
  if (names === undefined) return accounts;
  const isNamed = ({ account: { name, id } }: LockedAccount, text: string) => name === text || id === text;
  const allowed = accounts.map(({ account }) => account.name).join(", ");
  const problems = names
    .filter((name) => !accounts.some((one) => isNamed(one, name)))
    .map((name) => ({
      path: "--accounts",
      what: `the topology deploys nothing in an account ${name}`,
      allowed,
    }));
  if (problems.length > 0) throw new ConfigurationError(problems, "the command line");
  return accounts.filter((one) => names.some((name) => isNamed(one, name)));
}
