import fs from "node:fs";
import { ConfigurationError } from "../../core/errors";
import { resolveTopology, type TopologyInput } from "../../topology";
import fc from "../_helpers/fast-check";
import { synthesisedTopology } from "../_helpers/synthesised";
import { ACME } from "../_helpers/topologies";
import { synthesise, synthSettings } from "../../stacks";
import { temporaryDirectory } from "../_helpers/synthesised";

/** Texts that Terraform or the framework might interpret as expressions. */
const templates = ["${", "%{", "$${", "%%{", "}", "$", "%", "path.module", " if true ", '"', "\\", "x"];
const text = fc
  .array(fc.constantFrom(...templates), { minLength: 1, maxLength: 6 })
  .map((parts) => `t${parts.join("")}`);

/** Every setting that accepts any text. */
function withText(words: string): TopologyInput {
  const web = ACME.images["web"] as NonNullable<TopologyInput["images"]>[string];
  return {
    ...ACME,
    accounts: { ...ACME.accounts, prod: { id: "222222222222", profile: words } },
    images: {
      web: {
        ...web,
        tags: { [words]: words },
        to: [
          {
            account: "prod",
            regions: ["eu-central-1"],
            launch: {
              instanceType: "t3.micro",
              availabilityZones: [words],
              keyName: words,
              userData: words,
              tags: { [`launch ${words}`]: words },
              refresh: { alarms: [words] },
            },
          },
        ],
      },
    },
  };
}

function strings(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...strings(inner)]);
}

/** The value that Terraform reads from a text without expressions. Source: Terraform language, "Strings and Templates". */
const read = (escaped: string) => escaped.replace(/\$\$\{/g, "${").replace(/%%\{/g, "%{");

/** An expression that the framework has written: `${aws_kms_key.home.arn}`. */
const REFERENCE = /\$\{(data\.)?[a-z][\w.-]*(\[[^\]]*\])?[\w.-]*\}/g;

test("Terraform reads the text of every setting literally, and not as an expression", () => {
  fc.assert(
    fc.property(text, (words) => {
      const stacks = Object.values(synthesisedTopology(resolveTopology(withText(words))));
      const written = strings(stacks);
      // `$${` and `%%{` are text; any other `${` or `%{` begins an expression.
      const plain = written.map((one) => one.replace(/\$\$\{|%%\{/g, "").replace(REFERENCE, ""));
      expect(plain.filter((one) => /[$%]\{/.test(one))).toEqual([]);
      const meant = written.map(read);
      for (const one of [words, `launch ${words}`]) expect(meant).toContain(one);
      expect(meant).toContain(Buffer.from(words).toString("base64"));
    }),
    { numRuns: 12 },
  );
});

test("a text that the framework would replace by a reference is refused, and nothing is written", () => {
  const directory = temporaryDirectory();
  try {
    const topology = resolveTopology(withText("${TfToken[TOKEN.0]}"));
    expect(() => synthesise(topology, synthSettings({}, directory))).toThrow(ConfigurationError);
    expect(fs.readdirSync(directory)).toEqual([]);
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
});
