import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { DeclaredTypes } from "../../../sandbox/provider/declared-types";

describe("the declared types of a directory's configurations", () => {
  let synthDir: string;

  beforeEach(() => {
    synthDir = mkdtempSync(path.join(os.tmpdir(), "keyferry-declared-"));
  });
  afterEach(() => rmSync(synthDir, { recursive: true }));

  function synthesise(stack: string, types: { readonly resource?: object; readonly data?: object }): void {
    const directory = path.join(synthDir, "stacks", stack);
    mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, "cdk.tf.json"), JSON.stringify(types));
  }

  it("are empty before the first synthesis", () => {
    expect([...new DeclaredTypes(path.join(synthDir, "none")).known()]).toEqual([]);
  });

  it("are those of the resources and data sources of every stack", () => {
    synthesise("keys", { resource: { aws_kms_key: {} }, data: { aws_caller_identity: {} } });
    synthesise("access", { resource: { aws_iam_role: {}, aws_iam_role_policy: {} } });
    expect([...new DeclaredTypes(synthDir).known()].sort()).toEqual([
      "aws_caller_identity",
      "aws_iam_role",
      "aws_iam_role_policy",
      "aws_kms_key",
    ]);
  });

  it("include those of modules in HCL, but not those of copies that Terraform made", () => {
    for (const [place, type] of [
      ["modules/bucket", "aws_s3_bucket"],
      [".terraform/modules/other", "aws_instance"],
    ] as const) {
      const directory = path.join(synthDir, place);
      mkdirSync(directory, { recursive: true });
      writeFileSync(
        path.join(directory, "main.tf"),
        `data "aws_region" "here" {}\n\n# resource "no" "one"\nresource "${type}" "this" {\n}\n`,
      );
    }
    expect([...new DeclaredTypes(synthDir).known()].sort()).toEqual(["aws_region", "aws_s3_bucket"]);
  });

  it("are kept when they are no longer declared, because Terraform needs their schema to destroy them", () => {
    const declared = new DeclaredTypes(synthDir);
    synthesise("keys", { resource: { aws_kms_key: {} } });
    declared.known();
    synthesise("keys", { resource: { aws_kms_alias: {} } });
    expect([...declared.known()].sort()).toEqual(["aws_kms_alias", "aws_kms_key"]);
  });
});
