import { viaService } from "../../core/regions";
import type { ContextValue, RequestPrincipal } from "../evaluate/types";
import type { KeyReference } from "../document";
import { proofTarget } from "../render";
import type { Basis } from "../row";
import { anybodyOf, autoScalingSession, callOf, type Caller, type ProofCall } from "./call";

/** Ids stand for any: a policy cannot know them beforehand. */
const SNAPSHOT_ID = "snap-0123456789abcdef0";
const VOLUME_ID = "vol-0123456789abcdef0";

const VIA_EC2 = ["kms:ViaService"];

/** Checked on the destination key alone. */
const DATA_KEY = "kms:GenerateDataKeyWithoutPlaintext";

/** What AWS asks for on both keys of a copy, whether it checks it or not. */
const DOCUMENTED_FOR_COPY = [
  "kms:Decrypt",
  "kms:GenerateDataKey",
  DATA_KEY,
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

/** The rest of the set that AWS asks for on the key of a launched volume. */
const DOCUMENTED_FOR_LAUNCH = [
  "kms:Decrypt",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
];

/**
 * What EC2 asks KMS for, in the name of who copies, on a key under which copied snapshots are. EC2 uses each key in the
 * key's own Region, in cross-Region copies as well. Sources: EBS user guide, "Copy an Amazon EBS snapshot"; KMS developer
 * guide, "How Amazon EBS uses AWS KMS".
 */
export function sourceKeyCalls(principal: RequestPrincipal, key: KeyReference): readonly ProofCall[] {
  return [
    grantCall(principal, key, "the copy: EC2 takes a grant on the source key"),
    describeThroughEc2(principal, key, "the copy: the source key"),
    ...documented(principal, key, DOCUMENTED_FOR_COPY, "the copy: the source key"),
  ];
}

/** The same on the key under which the copy ends. */
export function destinationKeyCalls(principal: RequestPrincipal, key: KeyReference): readonly ProofCall[] {
  return [
    describeThroughEc2(principal, key, "the copy: EC2 looks at the destination key", "enforced"),
    grantCall(principal, key, "the copy: EC2 takes a grant on the destination key"),
    throughEc2(principal, key, DATA_KEY, "the copy: a data key for each new snapshot"),
    ...documented(
      principal,
      key,
      DOCUMENTED_FOR_COPY.filter((action) => action !== DATA_KEY),
      "the copy: the destination key",
    ),
  ];
}

/**
 * What EC2 asks KMS for when an Auto Scaling group launches a copy. Its key policy carries AWS's own statements, which
 * do not insist on EC2. Source: EC2 Auto Scaling user guide, "Required KMS key policy for use with encrypted volumes".
 */
export function launchKeyCalls(partition: string, key: KeyReference): readonly ProofCall[] {
  const role = autoScalingSession(partition, key.account);
  return [
    throughEc2(role, key, "kms:ReEncryptFrom", "the launch: the snapshot's data key", { pins: [] }),
    throughEc2(role, key, "kms:ReEncryptTo", "the launch: wrapped anew for the volume", {
      pins: [],
      id: VOLUME_ID,
    }),
    grantCall(role, key, "the launch: the volume is attached under a grant", [], VOLUME_ID),
    describeThroughEc2(role, key, "the launch: the volume's key"),
    ...DOCUMENTED_FOR_LAUNCH.map((action) =>
      throughEc2(role, key, action, "the launch: the volume's key", {
        pins: [],
        basis: "documented",
        id: VOLUME_ID,
      }),
    ),
  ];
}

/**
 * What EC2 asks KMS for when somebody of the account, to whom IAM allows nothing on keys, makes a volume under the EBS
 * default key. Source: KMS developer guide, "Key policy of the AWS managed key for Amazon EBS".
 */
export function defaultKeyCalls(partition: string, key: KeyReference): readonly ProofCall[] {
  const anybody = anybodyOf(partition, key.account);
  const when = "a volume under the EBS default key";
  return [
    grantCall(anybody, key, when, VIA_EC2, VOLUME_ID),
    ...[DATA_KEY, "kms:ReEncryptFrom", "kms:ReEncryptTo"].map((action) =>
      throughEc2(anybody, key, action, when, { id: VOLUME_ID }),
    ),
    ...["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"].map((action) =>
      throughEc2(anybody, key, action, when, { basis: "documented", id: VOLUME_ID }),
    ),
  ];
}

/** The script finds a key by its alias and looks at its state. */
export function findKeyCalls(caller: Caller, key: KeyReference): readonly ProofCall[] {
  return [
    callOf(caller, "the key is looked up", "kms:DescribeKey", proofTarget.keyArn(key), {
      resourceAccount: key.account,
      context: { "kms:RequestAlias": key.alias },
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

function grantCall(
  principal: RequestPrincipal,
  key: KeyReference,
  when: string,
  pins: readonly string[] = VIA_EC2,
  id = SNAPSHOT_ID,
): ProofCall {
  return throughEc2(principal, key, "kms:CreateGrant", when, {
    pins: [...pins, "kms:GrantIsForAWSResource"],
    id,
  });
}

function documented(
  principal: RequestPrincipal,
  key: KeyReference,
  actions: readonly string[],
  when: string,
): readonly ProofCall[] {
  return actions.map((action) => throughEc2(principal, key, action, when, { basis: "documented" }));
}

/** Describing a key is harmless, so no policy insists on EC2 for it. */
function describeThroughEc2(
  principal: RequestPrincipal,
  key: KeyReference,
  when: string,
  basis: Basis = "documented",
): ProofCall {
  return throughEc2(principal, key, "kms:DescribeKey", when, { basis, pins: [] });
}

interface Through {
  readonly basis?: Basis;
  /** @default - EC2 */
  readonly pins?: readonly string[];
  /** Id of the snapshot or volume. @default - a snapshot */
  readonly id?: string;
}

function throughEc2(
  principal: RequestPrincipal,
  key: KeyReference,
  action: string,
  when: string,
  { basis = "enforced", pins = VIA_EC2, id = SNAPSHOT_ID }: Through = {},
): ProofCall {
  const encryption: Readonly<Record<string, ContextValue>> =
    action === "kms:DescribeKey"
      ? {}
      : { "kms:EncryptionContext:aws:ebs:id": id, "kms:EncryptionContextKeys": ["aws:ebs:id"] };
  const caller = { principal, partition: "", region: key.region };
  return callOf(caller, when, action, proofTarget.keyArn(key), {
    resourceAccount: key.account,
    basis,
    pins,
    context: {
      "kms:ViaService": viaService("ec2", key.region),
      ...encryption,
      ...(action === "kms:CreateGrant" ? { "kms:GrantIsForAWSResource": "true" } : {}),
    },
  });
}
