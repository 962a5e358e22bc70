import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { explainWords, readWords } from "../../../../scripts/engine/explain";
import { looksLikeCode } from "../../../../scripts/engine/explain/reading/error-code";

const EMULATOR = path.resolve(__dirname, "../../../../packages/emulator");

/** An error in the rehearsal cloud's source code. */
interface Answer {
  readonly code: string;
  /** Literal parts of its message. @default "" - the message is built elsewhere */
  readonly message: string;
}

/** Every string of the rehearsal cloud that is an error code, with its message if that is literal. */
function answers(): readonly Answer[] {
  const files = readdirSync(EMULATOR, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.startsWith("test"),
  );
  return files.flatMap((file) => {
    const source = ts.createSourceFile(
      file,
      readFileSync(path.join(EMULATOR, file), "utf8"),
      ts.ScriptTarget.ES2022,
      true,
    );
    const found: Answer[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isNewExpression(node) && node.expression.getText() === "AwsError") {
        const [code, message] = node.arguments ?? [];
        if (code !== undefined && ts.isStringLiteral(code))
          found.push({ code: code.text, message: literal(message) });
      }
      if (ts.isStringLiteral(node) && looksLikeCode(node.text) && isErrorCode(node))
        found.push({ code: node.text, message: "" });
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

/** Whether a string is an error code, not the name of an operation, an action or a field. */
function isErrorCode(node: ts.StringLiteral): boolean {
  return /\.(NotFound|Malformed|Duplicate|Unavailable|InUse)\w*$|(Exception|Fault|Denied|Exceeded|Failure)$/.test(
    node.text,
  );
}

function literal(node: ts.Expression | undefined): string {
  if (node === undefined) return "";
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return "";
  return [node.head.text, ...node.templateSpans.map(({ literal: { text } }) => `x${text}`)].join("");
}

const ANSWERS = [...new Map(answers().map((one) => [`${one.code} ${one.message}`, one])).values()];

describe("every error of the rehearsal cloud", () => {
  it("is found: there are more than a hundred different errors", () => {
    expect(ANSWERS.length).toBeGreaterThan(100);
  });

  it.each(ANSWERS.map((one) => [`${one.code}: ${one.message}`, one] as const))(
    "is explained: %s",
    (_name, { code, message }) => {
      const printed = `An error occurred (${code}) when calling the Some operation: ${message}`;
      const [heard] = readWords(printed);
      const explained = explainWords(heard ?? { message: "" });
      expect(explained.code).toBe(code.replace(/^Client\./, ""));
      expect(explained.cause).toBeDefined();
      expect(explained.fixes.join()).not.toMatch(/<(account|region|source)>/);
    },
  );

  it.each([
    [
      "An error occurred (InvalidVolume.NotFound) when calling the AttachVolume operation: The volume 'vol-1' does not exist.",
    ],
    [
      "An error occurred (NoSuchBucketPolicy) when calling the GetBucketPolicy operation: The bucket policy does not exist",
    ],
    [
      "An error occurred (ResourceNotFoundException) when calling the GetSecretValue operation: Secrets Manager can't find the specified secret.",
    ],
    [
      "An error occurred (NotFoundException) when calling the GetRestApi operation: Invalid API identifier specified",
    ],
    ["NoSuchEntity: The role with name copier cannot be found."],
  ])("%s blames no image, key or launch template", (printed) => {
    const [heard] = readWords(printed);
    const { cause = "" } = explainWords(heard ?? { message: "" });
    expect(cause).toContain("does not exist");
    expect(cause).not.toMatch(/image|key|launch template|snapshot/i);
  });
});
