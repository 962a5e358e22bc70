import fs from "node:fs";
import path from "node:path";
import { synthesise, synthSettings } from "../../stacks";
import { ConfigurationError } from "../../core/errors";
import { pair, PAIR } from "../_helpers/topologies";
import { temporaryDirectory } from "../_helpers/synthesised";
import { resolveTopology } from "../../topology";

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

const OLD = "foundation-keys-prod.tfstate";
const NEW = "acme/foundation-keys-prod.tfstate";
const at = (file: string) => path.join(directory, ".keyferry/state", file);

/** A state with one resource of each given topology. */
function writeState(file: string, ...topologies: readonly string[]): string {
  const text = JSON.stringify({
    version: 4,
    resources: topologies.map((topology) => ({
      mode: "managed",
      type: "aws_kms_key",
      name: `key-of-${topology}`,
      instances: [{ attributes: { tags_all: { "keyferry:topology": topology } } }],
    })),
  });
  fs.mkdirSync(path.dirname(at(file)), { recursive: true });
  fs.writeFileSync(at(file), text);
  return text;
}

function synth(topology = pair()) {
  let told = "";
  synthesise(topology, synthSettings({}, directory), (text) => (told += text));
  return told;
}

function problemsOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

test("a state in the old place is moved with its backup to the topology's own place, and this is reported", () => {
  const text = writeState(OLD, "acme");
  fs.writeFileSync(at(`${OLD}.backup`), "before");
  const told = synth();
  expect(told).toContain(`moved Terraform's state ${at(OLD)} to ${at(NEW)}`);
  expect(fs.readFileSync(at(NEW), "utf8")).toBe(text);
  expect(fs.readFileSync(at(`${NEW}.backup`), "utf8")).toBe("before");
  expect(fs.existsSync(at(OLD))).toBe(false);
  expect(synth()).toBe("");
});

test("a state in the old place that belongs to another topology is not moved", () => {
  const text = writeState(OLD, "other");
  expect(synth()).toBe("");
  expect(fs.readFileSync(at(OLD), "utf8")).toBe(text);
  expect(fs.existsSync(at(NEW))).toBe(false);
  expect(synth(resolveTopology({ ...PAIR, name: "other" }))).toContain("moved Terraform's state");
});

test.each([
  ["a state of another topology in the topology's own place", NEW, ["other"]],
  ["a state of two topologies in the topology's own place", NEW, ["acme", "other"]],
  ["a state of the old form that two topologies share", OLD, ["acme", "other"]],
])("%s is refused, and nothing is written", (_what, file, topologies) => {
  const text = writeState(file, ...topologies);
  const before = fs.readdirSync(directory, { recursive: true }).sort();
  expect(problemsOf(() => synth())).toMatchObject([
    { path: at(file), what: expect.stringContaining("it has resources of the topology other") },
  ]);
  expect(fs.readFileSync(at(file), "utf8")).toBe(text);
  expect(fs.readdirSync(directory, { recursive: true }).sort()).toEqual(before);
});

describe("a directory that Terraform has initialised", () => {
  const stack = () => path.join(directory, "cdktf.out/stacks/foundation-keys-prod");
  const initialised = () => path.join(stack(), ".terraform/terraform.tfstate");
  const initialise = (backend: object) => {
    synth();
    fs.mkdirSync(path.dirname(initialised()), { recursive: true });
    fs.writeFileSync(initialised(), JSON.stringify({ version: 3, backend }));
    synth();
  };

  test.each([
    [
      "for another topology's state",
      { type: "local", config: { path: "../../../.keyferry/state/other/x.tfstate" } },
      false,
    ],
    [
      "for this state",
      { type: "local", config: { path: `../../../.keyferry/state/${NEW}`, workspace_dir: null } },
      true,
    ],
    [
      "for a state in another backend: Terraform must ask",
      { type: "s3", config: { bucket: "acme", key: "acme/x" } },
      true,
    ],
  ])("%s", (_what, backend, stays) => {
    initialise(backend);
    expect(fs.existsSync(initialised())).toBe(stays);
  });
});
