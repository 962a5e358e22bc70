import { readState } from "../../../scripts/terraform/state-view";

const state = (change: object) =>
  JSON.stringify({
    version: 4,
    terraform_version: "1.11.4",
    serial: 0,
    lineage: "",
    outputs: {},
    resources: [],
    ...change,
  });

test.each([
  ["nothing, as for a local state", ""],
  ["an empty state, as for one in a bucket", state({})],
])("a stack that was never deployed has no state: Terraform prints %s", (_what, text) => {
  expect(readState(text)).toBeUndefined();
});

test("a destroyed stack has an empty state", () => {
  expect(readState(state({ serial: 7, lineage: "a9ebcef3" }))).toEqual({ outputs: [], resources: [] });
});

test("only the names in a state are read, also after warnings", () => {
  const resources = [
    { mode: "managed", type: "aws_kms_key", name: "home" },
    { mode: "data", type: "aws_kms_alias", name: "other" },
  ];
  const text = `Warning: something\n${state({ lineage: "a9ebcef3", resources, outputs: { arn: { value: "secret" } } })}`;
  expect(readState(text)).toEqual({ outputs: ["arn"], resources: ["aws_kms_key.home"] });
});
