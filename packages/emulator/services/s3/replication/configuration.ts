/** The replication configuration of a bucket, as S3 reads it. */
import { parseArn } from "@keyferry/common";
import { AwsError } from "../../../contract";
import { element, elements, isElement, malformedXml, textOf, type XmlElement } from "../xml";

export interface ReplicationRule {
  readonly id: string;
  /** The larger number wins when several rules have the same destination. */
  readonly priority: number;
  readonly enabled: boolean;
  readonly prefix: string;
  /** The object must have all of them. */
  readonly tags: Readonly<Record<string, string>>;
  readonly deleteMarkers: boolean;
  /** Whether objects under KMS keys are replicated. */
  readonly kmsObjects: boolean;
  /** Whether S3 measures the rule, and reports failures. */
  readonly metrics: boolean;
  /** Whether it has S3 Replication Time Control: S3 reports objects that take longer than 15 minutes. */
  readonly timeControl: boolean;
  readonly destination: {
    /** Name. */
    readonly bucket: string;
    readonly account?: string;
    /** Replicas belong to the destination bucket's owner. */
    readonly ownerOverride: boolean;
    /** As given; not looked up before an object needs it. */
    readonly replicaKeyId?: string;
    readonly storageClass?: string;
  };
}

export interface ReplicationConfiguration {
  readonly roleArn: string;
  readonly rules: readonly ReplicationRule[];
}

/** One rule with its XML elements, which S3's validation rules are checked on. */
export interface ReadRule {
  readonly rule: ReplicationRule;
  readonly from: XmlElement;
  /** It has a `Filter`: the newer of the two forms of a configuration. */
  readonly filtered: boolean;
}

const LONGEST_ID = 255;

/** @throws AwsError `MalformedXML` for elements that are not in the schema */
export function readRules(configuration: XmlElement): {
  readonly roleArn: string;
  readonly rules: readonly ReadRule[];
} {
  const roleArn = textOf(configuration, "Role") ?? "";
  const rules = elements(configuration, "Rule");
  if (roleArn === "" || rules.length === 0 || rules.length > 1000) throw malformedXml();
  return { roleArn, rules: rules.map((rule, index) => readRule(rule, index)) };
}

function readRule(given: unknown, index: number): ReadRule {
  const from = isElement(given as XmlElement) ? (given as XmlElement) : {};
  const filtered = from["Filter"] !== undefined;
  const { prefix, tags } = filtered ? readFilter(from) : { prefix: textOf(from, "Prefix") ?? "", tags: {} };
  const id = textOf(from, "ID") ?? `rule-${index + 1}`;
  if (id.length > LONGEST_ID || from["ExistingObjectReplication"] !== undefined) throw malformedXml();
  const markers = element(from, "DeleteMarkerReplication");
  return {
    from,
    filtered,
    rule: {
      id,
      priority: Number(textOf(from, "Priority") ?? 0),
      enabled: isEnabled(from),
      prefix,
      tags,
      deleteMarkers: filtered ? markers["Status"] === "Enabled" : true,
      kmsObjects: kmsObjects(from) === "Enabled",
      metrics: isOn(element(element(from, "Destination"), "Metrics")),
      timeControl: isOn(element(element(from, "Destination"), "ReplicationTime")),
      destination: readDestination(element(from, "Destination")),
    },
  };
}

/** `Status` of SseKmsEncryptedObjects; undefined where the rule does not have it. */
export function kmsObjects(rule: XmlElement): string | undefined {
  return textOf(element(element(rule, "SourceSelectionCriteria"), "SseKmsEncryptedObjects"), "Status");
}

function isOn(setting: XmlElement): boolean {
  return textOf(setting, "Status") === "Enabled";
}

function isEnabled(rule: XmlElement): boolean {
  const status = textOf(rule, "Status");
  if (status !== "Enabled" && status !== "Disabled") throw malformedXml();
  return status === "Enabled";
}

/** Exactly one of a prefix, a tag and a combination of both; an empty filter matches everything. */
function readFilter(rule: XmlElement): Pick<ReplicationRule, "prefix" | "tags"> {
  const filter = element(rule, "Filter");
  if (filter["Not"] !== undefined) throw notModelled("Not in a replication rule's filter");
  if (Object.keys(filter).length > 1 || rule["Prefix"] !== undefined) throw malformedXml();
  const holder = filter["And"] === undefined ? filter : element(filter, "And");
  const tags = elements(holder, "Tag")
    .filter(isElement)
    .map((tag) => [textOf(tag, "Key") ?? "", textOf(tag, "Value") ?? ""] as const);
  return { prefix: textOf(holder, "Prefix") ?? "", tags: Object.fromEntries(tags) };
}

function readDestination(destination: XmlElement): ReplicationRule["destination"] {
  const arn = parseArn(textOf(destination, "Bucket") ?? "");
  if (arn?.service !== "s3") throw malformedXml();
  const encryption = element(destination, "EncryptionConfiguration");
  if (encryption["UseSourceMultiRegionKey"] !== undefined)
    throw notModelled("UseSourceMultiRegionKey in a replication rule");
  return {
    bucket: arn.resource,
    account: textOf(destination, "Account"),
    ownerOverride: textOf(element(destination, "AccessControlTranslation"), "Owner") === "Destination",
    replicaKeyId: textOf(encryption, "ReplicaKmsKeyID"),
    storageClass: textOf(destination, "StorageClass"),
  };
}

/**
 * The rules that apply to an object: for each destination the one with the highest priority. Source: S3 user guide,
 * "Replication configuration file elements", priority.
 */
export function rulesFor(
  { rules }: ReplicationConfiguration,
  key: string,
  tags: Readonly<Record<string, string>>,
  applies: (rule: ReplicationRule) => boolean = () => true,
): readonly ReplicationRule[] {
  const chosen = new Map<string, ReplicationRule>();
  for (const rule of rules) {
    const matches =
      rule.enabled &&
      key.startsWith(rule.prefix) &&
      Object.entries(rule.tags).every(([name, value]) => tags[name] === value);
    if (!matches) continue;
    const other = chosen.get(rule.destination.bucket);
    if (other === undefined || rule.priority > other.priority) chosen.set(rule.destination.bucket, rule);
  }
  return [...chosen.values()].filter(applies);
}

/** Members that AWS has added since 2025, and whose effect is not described in its user guide yet. */
function notModelled(what: string): AwsError {
  return new AwsError("NotImplemented", `The rehearsal cloud does not model ${what}.`);
}
