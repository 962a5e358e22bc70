import { readFileSync } from "node:fs";
import path from "node:path";
import type { Stack } from "./synthesised";

/** File into which the framework synthesises a stack. */
export const CONFIGURATION_FILE = "cdk.tf.json";

/** The parts of a stack's Terraform configuration that are used here. */
export interface Configuration {
  readonly data?: Blocks;
  readonly resource?: Blocks;
  readonly provider?: { readonly aws?: readonly ProviderBlock[] };
}

/** Type -> name -> arguments. */
export type Blocks = Readonly<Record<string, Readonly<Record<string, Block>>>>;

export interface Block {
  readonly provider?: string;
  readonly name?: string;
  readonly bucket?: string;
}

export interface ProviderBlock {
  readonly alias?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly allowed_account_ids?: readonly string[];
  readonly assume_role?: readonly { readonly role_arn?: string }[];
}

/** The account and Region that a resource's provider calls, and the identity that it uses. */
export interface Site {
  /** 12 digits. */
  readonly account?: string;
  readonly region?: string;
  /** ARN of the role to assume. */
  readonly role?: string;
  /** Profile of the AWS configuration; absent if the ambient credentials are used. */
  readonly profile?: string;
}

export function readConfiguration({ directory }: Pick<Stack, "directory">): Configuration {
  return JSON.parse(readFileSync(path.join(directory, CONFIGURATION_FILE), "utf8")) as Configuration;
}

/** Number of providers that Terraform starts for a stack, one process each: those with at least one resource or data source. */
export function providersOf({ data = {}, resource = {} }: Configuration): number {
  const blocks = [data, resource]
    .flatMap((types) => Object.values(types))
    .flatMap((names) => Object.values(names));
  return new Set(blocks.flatMap(({ provider }) => provider ?? [])).size;
}

/** The place of the resource or data source of an address; without an address, what all providers have in common. */
export function siteOf(configuration: Configuration, address?: string): Site {
  const providers = configuration.provider?.aws ?? [];
  const alias = address === undefined ? undefined : aliasAt(configuration, address);
  const sites = providers
    .filter((provider) => alias === undefined || provider.alias === alias)
    .map(siteOfProvider);
  return common(sites);
}

/** The `name` argument of the resource or data source of an address. */
export function nameAt(configuration: Configuration, address: string): string | undefined {
  return blockAt(configuration, address)?.name;
}

/** The `bucket` argument of the resource of an address. */
export function bucketAt(configuration: Configuration, address: string): string | undefined {
  return blockAt(configuration, address)?.bucket;
}

/** Terraform's address of a provider itself: `provider["registry.terraform.io/hashicorp/aws"].eu-west-1`. */
const PROVIDER_ADDRESS = /^provider\[[^\]]*\](?:\.(.+))?$/;

/** Whether an address is a provider's, not a resource's. */
export function isProvider(address: string): boolean {
  return PROVIDER_ADDRESS.test(address);
}

function aliasAt(configuration: Configuration, address: string): string | undefined {
  return PROVIDER_ADDRESS.exec(address)?.[1] ?? aliasOf(blockAt(configuration, address));
}

/** `data.aws_kms_alias.home` or `aws_kms_key.home`, without an index. */
function blockAt(configuration: Configuration, address: string): Block | undefined {
  const parts = address.replace(/\[.*$/, "").split(".");
  const isData = parts[0] === "data";
  const [type = "", name = ""] = isData ? parts.slice(1) : parts;
  return (isData ? configuration.data : configuration.resource)?.[type]?.[name];
}

/** `aws.eu-west-1` -> `eu-west-1` */
function aliasOf(block: Block | undefined): string | undefined {
  return block?.provider?.split(".")[1];
}

function siteOfProvider({
  region,
  profile,
  allowed_account_ids: accounts,
  assume_role: roles,
}: ProviderBlock): Site {
  return { account: accounts?.[0], region, role: roles?.[0]?.role_arn, profile };
}

function common(sites: readonly Site[]): Site {
  const shared = <K extends keyof Site>(key: K) => {
    const values = new Set(sites.map((site) => site[key]));
    const [value] = values;
    return values.size === 1 && value !== undefined ? { [key]: value } : {};
  };
  return { ...shared("account"), ...shared("region"), ...shared("role"), ...shared("profile") };
}
