/**
 * Whether a bucket policy makes the bucket public: it allows something to callers that no fixed value limits. Source:
 * S3 user guide, "Blocking public access to your Amazon S3 storage", the meaning of "public".
 */

/** Condition keys whose fixed values make a statement not public. */
const LIMITING = new Set([
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceip",
  "aws:sourceowner",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:userid",
  "s3:dataaccesspointaccount",
  "s3:dataaccesspointarn",
]);

/** Operators that list what is allowed, not what is excluded. */
const POSITIVE =
  /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|Arn(Equals|Like)|IpAddress)$/i;

type Json = Readonly<Record<string, unknown>>;

export function isPublic(document: unknown): boolean {
  return statementsOf(document).some(
    (statement) => statement["Effect"] === "Allow" && isOpen(statement) && !isLimited(statement["Condition"]),
  );
}

function isOpen({ Principal, NotPrincipal }: Json): boolean {
  if (NotPrincipal !== undefined || Principal === "*") return true;
  return isObject(Principal) && list(Principal["AWS"]).includes("*");
}

function isLimited(condition: unknown): boolean {
  if (!isObject(condition)) return false;
  return Object.entries(condition).some(
    ([operator, keys]) =>
      POSITIVE.test(operator) &&
      isObject(keys) &&
      Object.entries(keys).some(
        ([key, values]) =>
          LIMITING.has(key.toLowerCase()) && list(values).every((value) => isFixed(key, String(value))),
      ),
  );
}

/** Neither a wildcard nor a variable; in an ARN, wildcards after the account are accepted. */
function isFixed(key: string, value: string): boolean {
  if (value.includes("${")) return false;
  if (/arn$/i.test(key)) return /^arn:[^*?:]+:[^*?:]+:[^*?:]*:\d{12}:/.test(value);
  if (/sourceip$/i.test(key)) return !/^(0\.0\.0\.0\/0|::\/0)$/.test(value);
  if (/orgpaths$/i.test(key)) return /^o-[^*?/]+\//.test(value);
  return !/[*?]/.test(value);
}

function statementsOf(document: unknown): readonly Json[] {
  return isObject(document) ? list(document["Statement"]).filter(isObject) : [];
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
