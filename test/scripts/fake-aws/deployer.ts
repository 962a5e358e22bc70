import { roleArn } from "@keyferry/common";
import { hasDeletionGuard } from "../../../policy";
import type { PolicyDocument } from "../../../policy";
import { KEY_USE_KINDS, type DeployerAccess, type KeyUseKind, type KeyUserType } from "../../../scripts/aws";
import type { ChangeableFoundation } from "../../../scripts/commands/keys/foundation";
import {
  EMPTY_LOCK,
  mergeLock,
  rememberedKeys,
  withConfirmedKeys,
  type Lock,
  type Topology,
} from "../../../topology";
import { Bomb } from "./bomb";
import { changeOf, error, guardOf, idOf } from "./call";
import type { FakeCloud } from "./fake-cloud";
import { databasesPort } from "./databases-port";
import { imagesPort } from "./images-port";
import { keysPort } from "./keys-port";
import { parametersPort } from "./parameters-port";
import { rolesPort } from "./roles-port";

/** The resource type of each kind of use. */
const TYPES: Readonly<Record<KeyUseKind, KeyUserType>> = {
  volumes: "volume",
  snapshots: "snapshot",
  images: "image",
  "recycle-bin": "in-recycle-bin",
  launches: "launch-template",
  "ebs-default": "ebs-default",
  grants: "grant",
  aliases: "alias",
  replicas: "replica",
  rds: "db-instance",
  s3: "bucket",
  "s3-replication": "replication-rule",
  parameters: "parameter",
  secrets: "secret",
  logs: "log-group",
};

/** The uses of keys, and the accounts whose deploy role cannot be assumed; everything else is from the cloud. */
export class FakeDeployer {
  /** `<key ARN> <kind>` -> its uses, or AWS's refusal to show them. */
  readonly users = new Map<string, readonly string[] | "denied">();
  readonly closedAccounts = new Set<string>();

  constructor(private readonly cloud: FakeCloud) {}

  use(arn: string, kind: KeyUseKind, users: readonly string[] | "denied"): void {
    this.users.set(`${arn} ${kind}`, users);
  }

  access(bomb = new Bomb()): DeployerAccess {
    const { cloud } = this;
    const guard = guardOf(cloud.calls, this.closedAccounts, bomb);
    const change = changeOf(guard, bomb);
    return {
      images: (place) => imagesPort(cloud, place, guard, change),
      databases: (place) => databasesPort(cloud, place, guard, change),
      keys: (place) => keysPort(cloud, place, guard),
      parameters: (place) => parametersPort(cloud, place, guard, change),
      identity: ({ account }) => ({
        callerArn: async () => {
          guard(account, "global", "AssumeRole");
          return roleArn("aws", account.id, account.deployRole ?? "administrator");
        },
      }),
      roles: ({ account }) => rolesPort(cloud, account, guard, change),
      now: () => cloud.clock.now(),
      uses: (place) => cloud.access(bomb).uses(place),
      bucketReplication: () => {
        throw new TypeError("the fake cloud has no buckets");
      },
      keyGrants: () => {
        throw new TypeError("the grants on keys are not faked");
      },
      keyTrail: () => {
        throw new TypeError("the fake cloud writes no trail");
      },
      keyRotation: () => {
        throw new TypeError("the rotation of keys is not faked");
      },
      keyMaterial: () => {
        throw new TypeError("the fake cloud has no key whose material is imported");
      },
      keyUses: (place) => ({
        find: async (key, kinds) =>
          kinds.map((kind) => {
            const users = this.users.get(`${key.arn} ${kind}`) ?? [];
            const holders =
              users === "denied" ? [] : users.map((text) => ({ type: TYPES[kind], id: text, text }));
            if (users !== "denied") return { kind, users, holders };
            const { actions } = KEY_USE_KINDS.find(({ id }) => id === kind) ?? { actions: [] };
            const message = `not authorized to perform: ${actions[0]}`;
            return {
              kind,
              users: [],
              holders,
              refused: error(place.account, place.region, kind, "AccessDenied", message),
            };
          }),
      }),
      keyLife: (place) => {
        const { account, region } = place;
        const write = <T>(operation: string, effect: () => T) => change(account, region, operation, effect);
        const own = (arn: string) => {
          const key = cloud.keys.get(arn);
          if (key === undefined) throw error(account, region, "KMS", "NotFoundException", `no ${arn}`);
          return key;
        };
        const keys = keysPort(cloud, place, guard);
        const aliasId = (alias: string) => `${idOf(place)} ${alias}`;
        return {
          describe: async (name) => {
            guard(account, region, "DescribeKey");
            const arn =
              cloud.aliases.get(aliasId(name)) ??
              [...cloud.keys.keys()].find((known) => known === name || known.endsWith(`/${name}`));
            const key = arn === undefined ? undefined : cloud.keys.get(arn);
            if (key === undefined) return undefined;
            const { deletionDate, state } = key;
            return { arn: key.arn, state, ...(deletionDate === undefined ? {} : { deletionDate }) };
          },
          aliases: () => keys.aliases(),
          policy: (arn) => keys.keyPolicy(arn),
          lastUse: async () => {
            guard(account, region, "GetKeyLastUsage");
            return { trackedSince: "2026-01-01T00:00:00.000Z" };
          },
          putPolicy: (arn, document) =>
            write("PutKeyPolicy", () => void (own(arn).policy = JSON.parse(document) as PolicyDocument)),
          scheduleDeletion: (arn, days) =>
            write("ScheduleKeyDeletion", () => {
              const key = own(arn);
              if (hasDeletionGuard(JSON.stringify(key.policy)))
                throw error(
                  account,
                  region,
                  "ScheduleKeyDeletion",
                  "AccessDeniedException",
                  "an explicit deny",
                );
              if (key.state === "PendingDeletion")
                throw error(
                  account,
                  region,
                  "ScheduleKeyDeletion",
                  "KMSInvalidStateException",
                  "is pending deletion",
                );
              key.state = "PendingDeletion";
              key.deletionDate = new Date(cloud.clock.now().getTime() + days * 86_400_000).toISOString();
            }),
          cancelDeletion: (arn) =>
            write("CancelKeyDeletion", () => {
              const key = own(arn);
              key.state = "Disabled";
              delete key.deletionDate;
            }),
          enable: (arn) => write("EnableKey", () => void (own(arn).state = "Enabled")),
          createAlias: (alias, arn) =>
            write("CreateAlias", () => {
              if (cloud.aliases.has(aliasId(alias))) return false;
              cloud.aliases.set(aliasId(alias), arn);
              return true;
            }),
          deleteAlias: (alias) => write("DeleteAlias", () => void cloud.aliases.delete(aliasId(alias))),
        };
      },
    };
  }
}

/** A lock file in memory, merged as the commands merge it. */
export class FakeLockFile {
  lock: Lock;

  constructor(topology: Topology) {
    const { lock } = mergeLock(topology, EMPTY_LOCK);
    this.lock = withConfirmedKeys(lock, topology.name, rememberedKeys(lock, topology.name));
  }

  /** The foundation as a command opens it for `topology`, which can be a later version of the stage's. */
  open(topology: Topology, deployer: DeployerAccess, bomb = new Bomb()): ChangeableFoundation {
    return {
      before: this.lock,
      locked: mergeLock(topology, this.lock),
      deployer,
      remember: (change) => {
        bomb.tick();
        this.lock = change(mergeLock(topology, this.lock).lock);
        bomb.tick();
      },
    };
  }
}
