import { ImportedKey, type ImportedKeyProps } from "../../../constructs";
import { onlyResource, policyOf, synthesisedScope } from "../../_helpers/synthesised";

function synthesised(
  props: Partial<ImportedKeyProps> = {},
  use: (key: ImportedKey) => void = () => undefined,
) {
  return synthesisedScope((scope) =>
    use(new ImportedKey(scope, "key", { alias: "alias/ours", description: "material of our own", ...props })),
  );
}

const keyOf = (...given: Parameters<typeof synthesised>) =>
  onlyResource(synthesised(...given), "aws_kms_external_key");

test("an imported key is made without material, and what happens to it outside Terraform is no change", () => {
  const key = keyOf();
  expect(key).not.toHaveProperty("key_material_base64");
  expect(key).not.toHaveProperty("valid_to");
  expect(key).toMatchObject({ lifecycle: { ignore_changes: ["key_material_base64", "valid_to"] } });
});

test("it is retained with the guard as any key, unless it may be destroyed", () => {
  const retained = keyOf();
  expect(retained).toMatchObject({ lifecycle: { prevent_destroy: true }, deletion_window_in_days: 30 });
  expect(policyOf(retained).Statement.map(({ Sid }) => Sid)).toEqual([
    "AccountDecidesByIam",
    "NobodySchedulesDeletion",
  ]);
  const destroyed = keyOf({ removalPolicy: "destroy" });
  expect(destroyed).not.toHaveProperty("policy");
  expect(destroyed).not.toMatchObject({ lifecycle: { prevent_destroy: true } });
});

test("its grants become statements of its policy, also after it was made", () => {
  const { Statement } = policyOf(
    keyOf({}, (key) => key.grants.allowCopying({ account: "222222222222", roleName: "copier" })),
  );
  expect(JSON.stringify(Statement)).toContain("222222222222");
});

test("its alias points at it", () => {
  const stack = synthesised();
  const [id] = Object.keys(stack.resource?.["aws_kms_external_key"] ?? {});
  expect(onlyResource(stack, "aws_kms_alias")).toMatchObject({
    name: "alias/ours",
    target_key_id: `\${aws_kms_external_key.${id}.id}`,
  });
});

test.each([
  [{ alias: "ours" }, 'alias is "ours"'],
  [{ deletionWindowInDays: 31 }, "deletionWindowInDays is 31"],
])("fails for %j", (props, message) => {
  expect(() => synthesised(props)).toThrow(message);
});
