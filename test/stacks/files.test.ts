import fs from "node:fs";
import path from "node:path";
import { configFile, loadConfig, reportMistakes, synthesise, synthSettings } from "../../stacks";
import { ConfigurationError, KeyferryError } from "../../core/errors";
import { pair } from "../_helpers/topologies";
import { temporaryDirectory } from "../_helpers/synthesised";

const REHEARSAL = { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" };

let directory: string;

beforeEach(() => {
  directory = temporaryDirectory();
});

afterEach(() => {
  fs.rmSync(directory, { recursive: true });
});

function synth(env: Readonly<Record<string, string>>) {
  return synthesise(pair(), synthSettings(env, directory));
}

function everyFile(): readonly string[] {
  return fs.readdirSync(directory, { recursive: true }).map(String).sort();
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

describe("the working directories", () => {
  test("the framework's CLI decides where stacks are written", () => {
    synth({ CDKTF_OUTDIR: "elsewhere" });
    expect(fs.existsSync(path.join(directory, "elsewhere/stacks/consumers-prod/cdk.tf.json"))).toBe(true);
    expect(fs.existsSync(path.join(directory, "cdktf.out"))).toBe(false);
  });

  test("a rehearsal and AWS can be used in the same directory", () => {
    synth({});
    synth(REHEARSAL);
    synth({});
    expect(fs.existsSync(path.join(directory, ".rehearsal/cdktf.out/stacks/consumers-prod"))).toBe(true);
    expect(fs.existsSync(path.join(directory, "cdktf.out/stacks/consumers-prod"))).toBe(true);
  });

  test("a rehearsal refuses to touch real state, and writes nothing", () => {
    synth({});
    fs.cpSync(path.join(directory, ".keyferry"), path.join(directory, ".rehearsal"), { recursive: true });
    const before = everyFile();
    expect(problemsOf(() => synth({ ...REHEARSAL, CDKTF_OUTDIR: "cdktf.out" }))).toMatchObject([
      {
        path: path.join(directory, "cdktf.out"),
        what: expect.stringContaining("refuses to touch real state"),
      },
      {
        path: path.join(directory, ".rehearsal/state"),
        what: expect.stringContaining("refuses to touch real state"),
      },
    ]);
    expect(everyFile()).toEqual(before);
  });

  test("state without a marker counts as real", () => {
    fs.mkdirSync(path.join(directory, ".rehearsal/state"), { recursive: true });
    fs.writeFileSync(path.join(directory, ".rehearsal/state/foundation-keys-prod.tfstate"), "{}");
    expect(problemsOf(() => synth(REHEARSAL))).toHaveLength(1);
  });

  test("a synthesis for AWS refuses the directories of a rehearsal", () => {
    synth(REHEARSAL);
    expect(problemsOf(() => synth({ CDKTF_OUTDIR: ".rehearsal/cdktf.out" }))).toMatchObject([
      { what: expect.stringContaining("belongs to a rehearsal") },
    ]);
  });
});

describe("the lock file", () => {
  const lockFile = () => path.join(directory, "cdktf.out/stacks/consumers-prod/.terraform.lock.hcl");

  test("pins the provider without a checksum, so that Terraform needs no registry", () => {
    synth({});
    expect(fs.readFileSync(lockFile(), "utf8")).toBe(
      [
        'provider "registry.terraform.io/hashicorp/aws" {',
        '  version     = "5.100.0"',
        '  constraints = "5.100.0"',
        "}",
        "",
      ].join("\n"),
    );
  });

  test("is not changed after Terraform has completed it", () => {
    synth({});
    fs.writeFileSync(lockFile(), "# completed\n");
    synth({});
    expect(fs.readFileSync(lockFile(), "utf8")).toBe("# completed\n");
  });
});

describe("the configuration file", () => {
  test("is keyferry.config.ts, or another file by name", () => {
    expect(configFile({}, "/project")).toBe("/project/keyferry.config.ts");
    expect(configFile({ KEYFERRY_CONFIG: "/else/topology.ts" }, "/project")).toBe("/else/topology.ts");
  });

  test("its default export is the topology", () => {
    const file = path.join(directory, "config.js");
    fs.writeFileSync(file, 'exports.default = { name: "acme" };');
    expect(loadConfig(file)).toEqual({ name: "acme" });
  });

  test("is reported as a user's mistake if it is missing or throws an error", () => {
    const file = path.join(directory, "config.js");
    expect(problemsOf(() => loadConfig(file))).toMatchObject([{ path: file, what: "there is no such file" }]);
    fs.writeFileSync(file, 'throw new Error("no ACCOUNT set");');
    expect(problemsOf(() => loadConfig(file))).toMatchObject([
      { path: file, what: "it cannot be loaded: no ACCOUNT set" },
    ]);
  });
});

describe("the output of synth", () => {
  function told(work: () => void) {
    let text = "";
    const exitCode = reportMistakes(work, (more) => {
      text += more;
    });
    return { exitCode, text };
  }

  test("is empty after success", () => {
    expect(told(() => undefined)).toEqual({ exitCode: 0, text: "" });
  });

  test("has every problem of a configuration, without a stack trace", () => {
    const problems = [
      { path: "accounts.prod.id", what: '"1" is not an account id', allowed: "exactly 12 digits" },
      { path: "images", what: "no images are declared", fix: "declare at least one image" },
    ];
    expect(
      told(() => {
        throw new ConfigurationError(problems);
      }),
    ).toEqual({
      exitCode: 2,
      text: [
        "2 problems in the topology:",
        '  accounts.prod.id: "1" is not an account id',
        "    allowed: exactly 12 digits",
        "  images: no images are declared",
        "    fix: declare at least one image",
        "",
      ].join("\n"),
    });
  });

  test("has a construct's error with its fix", () => {
    const error = new KeyferryError("policy is too long", {
      code: "PropInvalid",
      source: "user",
      fix: "divide it",
    });
    expect(
      told(() => {
        throw error;
      }),
    ).toEqual({ exitCode: 2, text: "policy is too long\n  fix: divide it\n" });
  });

  test("does not hide a defect", () => {
    expect(() =>
      told(() => {
        throw new TypeError("undefined is not a function");
      }),
    ).toThrow(TypeError);
  });
});
