import { forCdktn } from "../../setup/cdktn-imports";

test.each([
  ['const cdktf_1 = require("cdktf");', 'const cdktf_1 = require("cdktn");'],
  [
    'const kms_key_1 = require("@cdktf/provider-aws/lib/kms-key");',
    'const kms_key_1 = require("@cdktn/provider-aws/lib/kms-key");',
  ],
  ['import type { TerraformProvider } from "cdktf";', 'import type { TerraformProvider } from "cdktn";'],
  ['key: import("cdktf").Token;', 'key: import("cdktn").Token;'],
])("%s is from the other framework", (cdktf, cdktn) => {
  expect(forCdktn("constructs/kms/index.js", cdktf)).toBe(cdktn);
});

test("a module that is built once is imported from its own directory, one level higher", () => {
  expect(forCdktn("constructs/kms/key.js", 'require("../../policy/pages")')).toBe(
    'require("../../../policy/pages")',
  );
  expect(forCdktn("stacks/app.d.ts", 'export * from "../topology";')).toBe('export * from "../../topology";');
});

test.each([
  ["constructs/kms/key.js", 'require("./key-arn")'],
  ["constructs/kms/key.js", 'require("../props")'],
  ["stacks/app.js", 'require("../constructs/kms")'],
  ["stacks/app.js", 'require("constructs")'],
  ["stacks/app.js", 'require("node:path")'],
  ["stacks/app.js", 'tell("cdktf")'],
])("in %s, %s stays as it is", (file, text) => {
  expect(forCdktn(file, text)).toBe(text);
});
