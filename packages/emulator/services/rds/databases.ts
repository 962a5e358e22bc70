/** DB instances and clusters, as far as snapshots are taken of them; moto stores them. */
import { AwsError, type Cloud, type Json, type JsonObject } from "../../contract";
import { isObject, text } from "../ec2/input";
import type { SnapshotFamily } from "./family";
import type { DbSnapshot } from "./state";

/** The properties of a database that its snapshot shows. Source: RDS API reference, "DBSnapshot" and "DBClusterSnapshot". */
const FACTS = [
  "AvailabilityZone",
  "Engine",
  "EngineVersion",
  "EngineMode",
  "IAMDatabaseAuthenticationEnabled",
  "Iops",
  "LicenseModel",
  "MasterUsername",
  "Port",
  "StorageType",
];

/** A database, as the source of a snapshot. */
export interface Database extends Pick<
  DbSnapshot,
  "database" | "resourceId" | "facts" | "allocatedStorage" | "keyArn" | "optionGroup" | "tags"
> {
  readonly status: string;
  readonly copiesTags: boolean;
  /** Days that automated backups are kept; 0 if there are none. */
  readonly backupRetention: number;
  /** The cluster that the instance is a member of. @default - it is not in a cluster */
  readonly cluster?: string;
}

/** @throws DBInstanceNotFound, DBClusterNotFoundFault */
export async function readDatabase(
  cloud: Cloud,
  account: string,
  region: string,
  family: SnapshotFamily,
  id: string,
): Promise<Database> {
  const { databases, databaseId } = family;
  const input = { [databaseId]: id };
  const answer = await cloud.moto
    .query("rds", account, region, `Describe${databases}`, input)
    .catch((error: unknown) => {
      if (error instanceof AwsError && /NotFound/.test(error.code)) return {} as JsonObject;
      throw error;
    });
  const [found] = listed(answer[databases]);
  if (found === undefined) {
    throw new AwsError(family.codes.noDatabase, `${databases.slice(0, -1)} ${id} not found.`, 404);
  }
  const port = text(found, "Port") ?? text(isObject(found["Endpoint"]) ? found["Endpoint"] : {}, "Port");
  const facts = Object.fromEntries(
    FACTS.flatMap((name) => {
      const value = name === "Port" ? port : text(found, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return {
    database: text(found, databaseId) ?? id,
    resourceId: text(found, family.resourceId) ?? "",
    facts,
    allocatedStorage: Number(text(found, "AllocatedStorage") ?? 1),
    keyArn: keyOf(cloud, account, region, found),
    optionGroup: family.of === "instance" ? defaultOptionGroup(found) : undefined,
    tags: tagsOf(found),
    status: text(found, family.of === "instance" ? "DBInstanceStatus" : "Status") ?? "available",
    copiesTags: text(found, "CopyTagsToSnapshot") === "true",
    backupRetention: Number(text(found, "BackupRetentionPeriod") ?? 0),
    cluster: family.of === "instance" ? text(found, "DBClusterIdentifier") : undefined,
  };
}

/** moto has AWS managed keys of its own; the account has those of the rehearsal cloud's KMS. */
function keyOf(cloud: Cloud, account: string, region: string, database: JsonObject): string | undefined {
  if (text(database, "StorageEncrypted") !== "true") return undefined;
  const named = text(database, "KmsKeyId");
  const known = named === undefined ? undefined : cloud.keys.find(named, account, region);
  return (known ?? cloud.keys.managed("aws/rds", account, region)).arn;
}

function defaultOptionGroup(database: JsonObject): string {
  const [membership] = listed(database["OptionGroupMemberships"]);
  const named = membership === undefined ? undefined : text(membership, "OptionGroupName");
  const version = (text(database, "EngineVersion") ?? "").split(".").slice(0, 2).join("-");
  return named ?? `default:${text(database, "Engine") ?? ""}-${version}`;
}

function tagsOf(database: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    listed(database["TagList"]).map((tag) => [text(tag, "Key") ?? "", text(tag, "Value") ?? ""]),
  );
}

/** The structures below a list element of RDS: one or many, each in an element named after its kind. */
function listed(value: Json | undefined): readonly JsonObject[] {
  if (Array.isArray(value)) return value.filter(isObject);
  if (!isObject(value)) return [];
  const inner = Object.values(value)[0];
  return Array.isArray(inner) ? inner.filter(isObject) : isObject(inner) ? [inner] : [];
}
