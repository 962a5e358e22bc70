import { AwsError, type Json, type JsonObject } from "../contract";

type Shape = "text" | "number" | "truth" | "texts" | "objects" | "map of texts" | "tags" | "object";

const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isObjects = (value: Json): boolean => Array.isArray(value) && value.every(isObject);
const isTextsByName = (value: Json): boolean =>
  isObject(value) && Object.values(value).every((one) => typeof one === "string");

const SHAPES: Readonly<Record<Shape, (value: Json) => boolean>> = {
  text: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  truth: (value) => typeof value === "boolean",
  texts: (value) => Array.isArray(value) && value.every((one) => typeof one === "string"),
  objects: isObjects,
  object: isObject,
  "map of texts": isTextsByName,
  // Pairs in most services, a map in SQS.
  tags: (value) => isObjects(value) || isTextsByName(value),
};

/** Members of the JSON services that are answered here; a name that occurs twice has the same shape. */
const MEMBERS: Readonly<Record<Shape, readonly string[]>> = {
  text: [
    ...[
      "AliasName",
      "CiphertextBlob",
      "DataType",
      "Description",
      "GrantId",
      "GrantToken",
      "GranteePrincipal",
    ],
    ...[
      "KeyId",
      "KeySpec",
      "KeyUsage",
      "Marker",
      "Message",
      "Name",
      "NextToken",
      "Origin",
      "Path",
      "Plaintext",
    ],
    ...[
      "Policy",
      "PolicyName",
      "QueueName",
      "QueueUrl",
      "QuotaCode",
      "ReplicaRegion",
      "ResourceArn",
      "ResourceId",
    ],
    ...["ResourceType", "RetiringPrincipal", "ServiceCode", "Signature", "SourceKeyId", "DestinationKeyId"],
    ...["TableName", "TargetKeyId", "Tier", "Type", "Value", "logGroupName", "logStreamName"],
  ],
  number: ["Limit", "MaxResults", "NumberOfBytes", "PendingWindowInDays", "RotationPeriodInDays"],
  truth: ["BypassPolicyLockoutSafetyCheck", "DryRun", "MultiRegion", "Overwrite", "WithDecryption"],
  texts: ["GrantTokens", "Names", "Operations", "TagKeys", "tagKeys"],
  objects: ["LookupAttributes", "ParameterFilters"],
  tags: ["Tags"],
  object: ["Constraints"],
  "map of texts": ["EncryptionContext", "SourceEncryptionContext", "DestinationEncryptionContext", "tags"],
};

const SHAPE_OF = new Map(
  Object.entries(MEMBERS).flatMap(([shape, names]) => names.map((name) => [name, shape as Shape] as const)),
);

/**
 * Refuses members of the wrong type, as AWS's JSON services do before they check anything else.
 * @throws AwsError `SerializationException`
 */
export function checkShapes(input: JsonObject): void {
  for (const [name, value] of Object.entries(input)) {
    const shape = SHAPE_OF.get(name);
    if (shape === undefined || value === null || SHAPES[shape](value)) continue;
    throw new AwsError("SerializationException", `${name} does not have the required type: ${shape}`);
  }
}
