import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lintReport, type LintContext, type PolicyKind } from "../../../policy/lint";

interface Known {
  readonly kind: PolicyKind | undefined;
  readonly context?: LintContext;
  /** `rule place`, for every mistake. */
  readonly mistakes: readonly string[];
}

const DESTINATION_KEY = "arn:aws:kms:eu-central-1:222222222222:key/9f8e7d6c-5b4a-3928-1706-f5e4d3c2b1a0";

/** Policies as in tutorials, with every mistake in them. */
const KNOWN: Readonly<Record<string, Known>> = {
  "key-for-a-bucket.json": {
    kind: "key",
    mistakes: [
      "dash-or-curly-quote Statement[1].Principal.AWS[0]",
      "placeholder Statement[1].Principal.AWS[0]",
      "key-policy-resource Statement[1].Resource[0]",
      "s3-arn-in-key-policy Statement[1].Resource[0]",
    ],
  },
  "key-without-owner.json": { kind: "key", mistakes: ["key-lockout "] },
  "key-with-curly-quotes.txt": { kind: undefined, mistakes: ["malformed-json "] },
  "key-for-an-auto-scaling-role.json": {
    kind: "key",
    context: { account: "111111111111" },
    mistakes: [
      "kms-star-to-another-account Statement[1].Principal.AWS",
      "service-linked-role-of-another-account Statement[2].Principal.AWS",
      "kms-reencrypt-action Statement[2].Action[1]",
    ],
  },
  "replication-role-wrong-region.json": {
    kind: "identity",
    context: { keyArn: DESTINATION_KEY },
    mistakes: ["key-region Statement[0].Resource", "key-account Statement[0].Resource"],
  },
  "replication-role-placeholder.json": {
    kind: "identity",
    mistakes: ["placeholder Statement[0].Resource[0]", "placeholder Statement[0].Resource[1]"],
  },
  "copier-account-placeholder.json": {
    kind: "identity",
    mistakes: [
      "placeholder Statement[0].Resource",
      "unconditioned-create-grant Statement[0].Action",
      "kms-reencrypt-action Statement[0].Action[2]",
    ],
  },
  "bucket-for-stored-images.json": {
    kind: "bucket",
    mistakes: [
      "placeholder Statement[0].Principal.AWS",
      "placeholder Statement[0].Resource",
      "assumed-role-session Statement[0].Principal.AWS",
      "principal-account-id Statement[0].Principal.AWS",
      "s3-acl-action Statement[0].Action[2]",
      "dash-or-curly-quote Statement[1].Resource",
      "principal-account-id Statement[1].Principal.AWS",
      "assumed-role-session Statement[1].Principal.AWS",
      "s3-action-resource Statement[1].Action[0]",
    ],
  },
};

const DIRECTORY = join(__dirname, "fixtures");

test("every fixture has an expectation", () => {
  expect(readdirSync(DIRECTORY).sort()).toEqual(Object.keys(KNOWN).sort());
});

test.each(Object.entries(KNOWN))("%s: lint finds every mistake and nothing else", (file, known) => {
  const document = readFileSync(join(DIRECTORY, file), "utf8");
  const report = lintReport({ document, context: known.context });
  expect(report.kind).toBe(known.kind);
  expect(report.findings.map(({ rule, place }) => `${rule} ${place}`).sort()).toEqual(
    [...known.mistakes].sort(),
  );
  for (const { line, column } of report.findings) {
    expect(line).toBeGreaterThan(0);
    expect(column).toBeGreaterThan(0);
  }
});
