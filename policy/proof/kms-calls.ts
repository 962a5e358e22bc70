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

/** Ids stand for any: a policy cannot know them beforehand. */
const SNAPSHOT_ID = "snap-0123456789abcdef0";
const VOLUME_ID = "vol-0123456789abcdef0";
const IDS: Readonly<Record<CopyService, string>> = { ec2: SNAPSHOT_ID, rds: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ" };

const VIA_SERVICE = ["kms:ViaService"];

/** Checked on the destination key alone. */
const DATA_KEY = "kms:GenerateDataKeyWithoutPlaintext";

/** What AWS asks for on both keys of a copy, whether it checks it or not. */
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

/** How calls to KMS name a copying service. */
const NAMES: Readonly<Record<CopyService, string>> = { ec2: "EC2", rds: "RDS" };

/** The rest of the set that AWS asks for on the key of a launched volume. */
const DOCUMENTED_FOR_LAUNCH = [
  "kms:Decrypt",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
];

/**
 * What EC2 or RDS asks KMS for, in the name of who copies, on a key under which copied snapshots are. Each key is used in
 * the key's own Region, in cross-Region copies as well. Sources: EBS user guide, "Copy an Amazon EBS snapshot"; KMS developer
 * guide, "How Amazon EBS uses AWS KMS"; RDS user guide, "Sharing encrypted snapshots".
 * @param questions for callers who ask them on many keys of the Region
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
    grant(region, `the copy: ${NAMES[service]} takes a grant on the source key`, { service }),
    describe(region, "the copy: the source key", "documented", service),
    ...documented(region, DOCUMENTED_FOR_COPY[service], "the copy: the source key", service),
  ];
}

/** The same on the key under which the copy ends. */
export function destinationKeyCalls(
  principal: RequestPrincipal,
  key: KeyReference,
  questions = destinationKeyQuestions(key.region),
): readonly ProofCall[] {
  return onKey(principal, key, questions);
}

export function destinationKeyQuestions(region: string, service: CopyService = "ec2"): readonly Question[] {
  const name = NAMES[service];
  // EC2 alone is seen to ask for a data key in the caller's name.
  const dataKey =
    service === "ec2" ? [throughService(region, DATA_KEY, "the copy: a data key for each new snapshot")] : [];
  const seen = dataKey.map(({ action }) => action);
  return [
    describe(region, `the copy: ${name} looks at the destination key`, "enforced", service),
    grant(region, `the copy: ${name} takes a grant on the destination key`, { service }),
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
 * What EC2 asks KMS for when an Auto Scaling group launches a copy. Its key policy carries AWS's own statements, which
 * do not insist on EC2. Source: EC2 Auto Scaling user guide, "Required KMS key policy for use with encrypted volumes".
 */
export function launchKeyCalls(partition: string, key: KeyReference): readonly ProofCall[] {
  const { region } = key;
  return onKey(autoScalingSession(partition, key.account), key, [
    throughService(region, "kms:ReEncryptFrom", "the launch: the snapshot's data key", { pins: [] }),
    throughService(region, "kms:ReEncryptTo", "the launch: wrapped anew for the volume", {
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
 * What EC2 asks KMS for when somebody of the account, to whom IAM allows nothing on keys, makes a volume under the EBS
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

/** The script finds a key by its alias and looks at its state. */
export function findKeyCalls(caller: Caller, key: KeyReference): readonly ProofCall[] {
  return [
    callOf(caller, "the key is looked up", "kms:DescribeKey", proofTarget.keyArn(key), {
      resourceAccount: key.account,
      ...(isKeyArn(key.alias) ? {} : { context: { "kms:RequestAlias": key.alias } }),
    }),
  ];
}

/** When a copy is refused, the script reads the policies and states of its own account's keys. */
export function readKeyCalls(caller: Caller, key: KeyReference): readonly ProofCall[] {
  return ["kms:DescribeKey", "kms:GetKeyPolicy"].map((action) =>
    callOf(caller, "a refused copy is explained", action, proofTarget.keyArn(key)),
  );
}

/** Whose key a source snapshot is under is told by its alias. */
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

/** Describing a key is harmless, so no policy insists on a service for it. */
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

/** What EBS and RDS bind what they encrypt to. Source: KMS developer guide, "How Amazon EBS uses AWS KMS", "Amazon RDS". */
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
