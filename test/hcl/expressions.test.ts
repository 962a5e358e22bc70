import { Lazy } from "cdktf";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import type { ModuleDeclaration } from "../../hcl/declaration";
import { filesOf } from "../../hcl/files";
import { flag, found, listOf, text, textMap } from "../../hcl/inputs";
import type { Input } from "../../hcl/input";
import { parts } from "../../hcl/tree";

const one = flag("one", "first", false);
const other = flag("other", "second", true);
const names = listOf(
  "names",
  "string",
  { description: "names" },
  {
    element: "name",
    texts: [{ text: "sample-name", of: ({ value }) => value }],
  },
);
const description = text("description", { description: "what for" }, null);
const tags = textMap("tags", "tags");

type Config = ConstructorParameters<typeof KmsKey>[2];

/** HCL of the key in a module whose only resource has these props. */
function written(config: (brings: (input: Input) => boolean) => Config): string {
  const declaration: ModuleDeclaration = {
    ...{ name: "example", description: "", notes: "", example: "" },
    inputs: [one, other, names, description, tags],
    build: (stack, brings) => {
      new KmsKey(stack, "Resource", config(brings));
      return {};
    },
  };
  return filesOf(declaration)["main.tf"] ?? "";
}

const policy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });

test("a value that every synthesis has is written unchanged", () => {
  expect(written(() => ({ description: "always", enableKeyRotation: true }))).toContain(
    '  description         = "always"\n  enable_key_rotation = true\n',
  );
});

test("an attribute that depends on a variable is null without it, and is the variable itself where that may be null", () => {
  expect(written((brings) => (brings(one) ? { multiRegion: true } : {}))).toContain(
    "multi_region = var.one ? true : null",
  );
  expect(written((brings) => (brings(other) ? {} : { isEnabled: false }))).toContain(
    "is_enabled = var.other ? null : false",
  );
  expect(written((brings) => (brings(description) ? { description: description.token } : {}))).toContain(
    "description = var.description\n",
  );
});

test("a value that one variable decides is written as the variable or as a conditional expression", () => {
  expect(written((brings) => ({ enableKeyRotation: brings(one) }))).toContain(
    "enable_key_rotation = var.one\n",
  );
  expect(written((brings) => ({ enableKeyRotation: !brings(one) }))).toContain(
    "enable_key_rotation = !var.one\n",
  );
  expect(written((brings) => ({ deletionWindowInDays: brings(one) ? 7 : 30 }))).toContain(
    "deletion_window_in_days = var.one ? 7 : 30",
  );
});

test("a condition can be any of several variables, or all of them", () => {
  expect(written((brings) => (brings(one) || brings(names) ? { multiRegion: true } : {}))).toContain(
    "var.one || length(var.names) > 0 ? true : null",
  );
  expect(written((brings) => (brings(one) && brings(names) ? { multiRegion: true } : {}))).toContain(
    "var.one && length(var.names) > 0 ? true : null",
  );
});

test("a dependency on variables that a module cannot express is refused", () => {
  const made = () => written((brings) => (brings(one) !== brings(names) ? { multiRegion: true } : {}));
  expect(made).toThrow(TypeError);
  const by = (brings: (input: Input) => boolean) => (brings(one) ? 1 : 0) + (brings(names) ? 2 : 0);
  expect(() => written((brings) => ({ deletionWindowInDays: 7 + by(brings) }))).toThrow(
    "no variable decides between",
  );
});

test("a policy is written as JSON, and statements that depend on a variable have its condition", () => {
  const text = written((brings) => ({
    policy: policy(
      { Sid: "Always", Effect: "Allow" },
      ...(brings(one) ? [{ Sid: "One", Effect: "Deny" }] : []),
    ),
  }));
  expect(text).toContain("policy = jsonencode({");
  expect(text.replace(/\s+/g, " ")).toContain(
    '[for one in [ { Sid = "One" Effect = "Deny" }, ] : one if var.one]',
  );
});

test("a sample element becomes a loop over the variable, and template syntax in texts is escaped", () => {
  const text = written((brings) => ({
    policy: policy({
      ...{ Sid: "Named", Resource: ['a"b', "$${aws:username}"] },
      Principal: brings(names) ? ["team/sample-name"] : [],
    }),
  }));
  expect(text).toContain('Principal = [for name in var.names : "team/${name}"]');
  expect(text).toContain('Resource  = ["a\\"b", "$${aws:username}"]');
});

test("a resource with a sample in a single-value attribute is repeated for each element", () => {
  const made = written((brings) => ({ ...(brings(names) ? {} : {}), description: "sample-name" }));
  expect(made).toContain("for_each = var.names");
  expect(made).toContain("description = each.value");
});

test("a map replaces its sample and is merged with other entries", () => {
  expect(written(() => ({ tags: { ...tags.map } }))).toContain("tags = var.tags\n");
  expect(written(() => ({ tags: { own: "1", ...tags.map } })).replace(/\s+/g, " ")).toContain(
    'tags = merge( { own = "1" }, var.tags, )',
  );
});

test("expressions are recognised by their braces, and unnecessary braces are removed", () => {
  expect(parts("a${b}c")).toEqual([{ literal: "a" }, { expression: "b" }, { literal: "c" }]);
  expect(parts('${f("${var.a}", {x = 1})}')).toEqual([{ expression: "f(var.a, {x = 1})" }]);
  expect(parts("${f(${var.a})}")).toEqual([{ expression: "f(var.a)" }]);
  expect(parts("$${a}")).toEqual([{ literal: "$${a}" }]);
  expect(parts("")).toEqual([{ literal: "" }]);
  expect(() => parts("${a")).toThrow("is not closed");
});

test("a pattern that Terraform's regular expressions do not support is refused", () => {
  expect(found(/^a\/b$/, "var.x")).toBe('can(regex("^a/b$", var.x))');
  expect(() => found(/^(?!a)/, "var.x")).toThrow(TypeError);
});

test("the token of a text becomes its variable", () => {
  const token = Lazy.stringValue({ produce: () => "${var.description}" });
  expect(written(() => ({ description: `for ${token}` }))).toContain(
    'description = "for ${var.description}"',
  );
});
