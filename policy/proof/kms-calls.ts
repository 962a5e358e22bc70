import { viaService } from "@keyferry/common";
import type { ContextValue, RequestPrincipal } from "@keyferry/evaluator";
import type { KeyReference } from "../document";
import { isKeyArn } from "../key-name";
import type { CopyService } from "../keys";
import { proofTarget } from "../render";
import type { Basis } from "../row";
import {
  anybodyOf,
  asks,
  autoScalingSession,
  callOf,
  questionOf,
  type Caller,
  type ProofCall,
  type Question,
} from "./call";

/** Example ids: a policy cannot contain ids that are not known beforehand. */
const SNAPSHOT_ID = "snap-0123456789abcdef0";
const VOLUME_ID = "vol-0123456789abcdef0";
const IDS: Readonly<Record<CopyService, string>> = { ec2: SNAPSHOT_ID, rds: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ" };

const VIA_SERVICE = ["kms:ViaService"];

/** Checked only on the destination key. */
const DATA_KEY = "kms:GenerateDataKeyWithoutPlaintext";

/** The actions that AWS documents for both keys of a copy, whether AWS checks them or not. */
const DOCUMENTED_FOR_COPY: Readonly<Record<CopyService, readonly string[]>> = {
  ec2: ["kms:Decrypt", "kms:GenerateDataKey", DATA_KEY, "kms:ReEncryptFrom", "kms:ReEncryptTo"],
  rds: [
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    DATA_KEY,
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
  ],
};

/** Names of the copying services. */
const NAMES: Readonly<Record<CopyService, string>> = { ec2: "EC2", rds: "RDS" };

/** The remaining actions that AWS documents for the key of a launched volume. */
const DOCUMENTED_FOR_LAUNCH = [
  "kms:Decrypt",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
];

/**
 * The calls of EC2 or RDS to KMS, on behalf of the principal that copies, on the key of the copied snapshots. Each key is used
 * in its own Region, also in cross-Region copies. Sources: EBS user guide, "Copy an Amazon EBS snapshot"; KMS developer
 * guide, "How Amazon EBS uses AWS KMS"; RDS user guide, "Sharing encrypted snapshots".
 * @param questions for callers that ask them for many keys of the Region
 */
export function sourceKeyCalls(
  principal: RequestPrincipal,
  key: KeyReference,
  questions = sourceKeyQuestions(key.region),
): readonly ProofCall[] {
  return onKey(principal, key, questions);
}

export function sourceKeyQuestions(region: string, service: CopyService = "ec2"): readonly Question[] {
  return [
    grant(region, `the copy: ${NAMES[service]} gets a grant on the source key`, { service }),
    describe(region, "the copy: the source key", "documented", service),
    ...documented(region, DOCUMENTED_FOR_COPY[service], "the copy: the source key", service),
  ];
}

/** The same on the key of the new copy. */
export function destinationKeyCalls(
  principal: RequestPrincipal,
  key: KeyReference,
  questions = destinationKeyQuestions(key.region),
): readonly ProofCall[] {
  return onKey(principal, key, questions);
}

export function destinationKeyQuestions(region: string, service: CopyService = "ec2"): readonly Question[] {
  const name = NAMES[service];
  // Only EC2 was observed to request a data key on behalf of the caller.
  const dataKey =
    service === "ec2" ? [throughService(region, DATA_KEY, "the copy: a data key for each new snapshot")] : [];
  const seen = dataKey.map(({ action }) => action);
  return [
    describe(region, `the copy: ${name} reads the destination key`, "enforced", service),
    grant(region, `the copy: ${name} gets a grant on the destination key`, { service }),
    ...dataKey,
    ...documented(
      region,
      DOCUMENTED_FOR_COPY[service].filter((action) => !seen.includes(action)),
      "the copy: the destination key",
      service,
    ),
  ];
}

/**
 * The calls of EC2 to KMS when an Auto Scaling group launches a copy. The key policy contains AWS's documented statements,
 * which do not require EC2. Source: EC2 Auto Scaling user guide, "Required KMS key policy for use with encrypted volumes".
 */
export function launchKeyCalls(partition: string, key: KeyReference): readonly ProofCall[] {
  const { region } = key;
  return onKey(autoScalingSession(partition, key.account), key, [
    throughService(region, "kms:ReEncryptFrom", "the launch: the snapshot's data key", { pins: [] }),
    throughService(region, "kms:ReEncryptTo", "the launch: re-encrypted for the volume", {
      pins: [],
      id: VOLUME_ID,
    }),
    grant(region, "the launch: the volume is attached under a grant", { pins: [], id: VOLUME_ID }),
    describe(region, "the launch: the volume's key"),
    ...DOCUMENTED_FOR_LAUNCH.map((action) =>
      throughService(region, action, "the launch: the volume's key", {
        pins: [],
        basis: "documented",
        id: VOLUME_ID,
      }),
    ),
  ]);
}

/**
 * The calls of EC2 to KMS when a principal of the account, to which IAM allows nothing on keys, creates a volume under the EBS
 * default key. Source: KMS developer guide, "Key policy of the AWS managed key for Amazon EBS".
 */
export function defaultKeyCalls(partition: string, key: KeyReference): readonly ProofCall[] {
  const { region } = key;
  const when = "a volume under the EBS default key";
  return onKey(anybodyOf(partition, key.account), key, [
    grant(region, when, { id: VOLUME_ID }),
    ...[DATA_KEY, "kms:ReEncryptFrom", "kms:ReEncryptTo"].map((action) =>
      throughService(region, action, when, { id: VOLUME_ID }),
    ),
    ...["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"].map((action) =>
      throughService(region, action, when, { basis: "documented", id: VOLUME_ID }),
    ),
  ]);
}

function onKey(
  principal: RequestPrincipal,
  key: KeyReference,
  questions: readonly Question[],
): readonly ProofCall[] {
  const arn = proofTarget.keyArn(key);
  return questions.map((question) => asks(principal, question, arn, key.account));
}

/** The script finds a key by its alias and reads its state. */
export function findKeyCalls(caller: Caller, key: KeyReference): readonly ProofCall[] {
  return [
    callOf(caller, "the key is looked up", "kms:DescribeKey", proofTarget.keyArn(key), {
      resourceAccount: key.account,
      ...(isKeyArn(key.alias) ? {} : { context: { "kms:RequestAlias": key.alias } }),
    }),
  ];
}

/** When a copy is refused, the script reads the policies and states of the keys in its own account. */
export function readKeyCalls(caller: Caller, key: KeyReference): readonly ProofCall[] {
  return ["kms:DescribeKey", "kms:GetKeyPolicy"].map((action) =>
    callOf(caller, "a refused copy is explained", action, proofTarget.keyArn(key)),
  );
}

/** The alias of a source snapshot's key shows whose key it is. */
export function listAliasesCalls(caller: Caller): readonly ProofCall[] {
  return [
    callOf(caller, "the source is inspected", "kms:ListAliases", "*", { pins: ["aws:RequestedRegion"] }),
  ];
}

function grant(region: string, when: string, { pins = VIA_SERVICE, ...through }: Through = {}): Question {
  const all = [...pins, "kms:GrantIsForAWSResource"];
  return throughService(region, "kms:CreateGrant", when, { ...through, pins: all });
}

function documented(
  region: string,
  actions: readonly string[],
  when: string,
  service: CopyService,
): readonly Question[] {
  return actions.map((action) => throughService(region, action, when, { basis: "documented", service }));
}

/** Describing a key is harmless, so no policy requires a service for it. */
function describe(
  region: string,
  when: string,
  basis: Basis = "documented",
  service: CopyService = "ec2",
): Question {
  return throughService(region, "kms:DescribeKey", when, { basis, pins: [], service });
}

interface Through {
  readonly basis?: Basis;
  /** @default - the service */
  readonly pins?: readonly string[];
  /** Id of the snapshot or volume. @default - a snapshot */
  readonly id?: string;
  /** @default "ec2" */
  readonly service?: CopyService;
}

/** The encryption context of EBS and RDS. Source: KMS developer guide, "How Amazon EBS uses AWS KMS", "Amazon RDS". */
const ENCRYPTION_CONTEXT: Readonly<Record<CopyService, string>> = { ec2: "aws:ebs:id", rds: "aws:rds:db-id" };

function throughService(
  region: string,
  action: string,
  when: string,
  { basis = "enforced", pins = VIA_SERVICE, service = "ec2", id = IDS[service] }: Through = {},
): Question {
  const encryption: Readonly<Record<string, ContextValue>> =
    action === "kms:DescribeKey"
      ? {}
      : {
          [`kms:EncryptionContext:${ENCRYPTION_CONTEXT[service]}`]: id,
          "kms:EncryptionContextKeys": [ENCRYPTION_CONTEXT[service]],
        };
  return questionOf(region, when, action, {
    basis,
    pins,
    context: {
      "kms:ViaService": viaService(service, region),
      ...encryption,
      ...(action === "kms:CreateGrant" ? { "kms:GrantIsForAWSResource": "true" } : {}),
    },
  });
}
