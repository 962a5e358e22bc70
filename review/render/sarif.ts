import { sha256 } from "@keyferry/common";
import type { Finding } from "../finding";
import type { Review } from "../review";
import { RULES } from "../rules";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

/**
 * The review as SARIF 2.1.0, for code scanning. A declaration has no line in a source file: a result names the file that
 * declares the topology, with the address as its logical location.
 * @param file relative to the repository
 */
export function sarifOf({ findings }: Review, file = "keyferry.config.ts"): string {
  const rules = RULES.filter(({ id }) => findings.some(({ rule }) => rule === id));
  return `${JSON.stringify({
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "keyferry review",
            rules: rules.map(({ id, description }) => ({ id, shortDescription: { text: description } })),
          },
        },
        results: findings.map((finding) => resultOf(finding, file)),
      },
    ],
  })}\n`;
}

function resultOf(finding: Finding, file: string): object {
  const { rule, severity, message, sources, exception } = finding;
  return {
    ruleId: rule,
    level: severity === "blocking" ? "error" : "note",
    message: { text: message },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: file }, region: { startLine: 1 } },
        logicalLocations: sources.map((fullyQualifiedName) => ({ fullyQualifiedName })),
      },
    ],
    partialFingerprints: { "keyferry/v1": sha256(`${rule}\n${message}`) },
    ...(exception === undefined ? {} : { suppressions: [{ kind: "external", justification: exception }] }),
  };
}
