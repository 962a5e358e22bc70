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

/** The key of a module whose only resource is made like this. */
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

test("what every synthesis has is written as it is", () => {
  expect(written(() => ({ description: "always", enableKeyRotation: true }))).toContain(
    '  description         = "always"\n  enable_key_rotation = true\n',
  );
});

test("an attribute that a variable brings is null without it, and the variable itself where it may be null", () => {
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

test("a value that one variable decides is written as the variable, or as a choice by it", () => {
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

test("what takes any of several variables, or all of them, says so", () => {
  expect(written((brings) => (brings(one) || brings(names) ? { multiRegion: true } : {}))).toContain(
    "var.one || length(var.names) > 0 ? true : null",
  );
  expect(written((brings) => (brings(one) && brings(names) ? { multiRegion: true } : {}))).toContain(
    "var.one && length(var.names) > 0 ? true : null",
  );
});

test("what depends on variables in a way that no module can say is refused", () => {
  const made = () => written((brings) => (brings(one) !== brings(names) ? { multiRegion: true } : {}));
  expect(made).toThrow(TypeError);
  const by = (brings: (input: Input) => boolean) => (brings(one) ? 1 : 0) + (brings(names) ? 2 : 0);
  expect(() => written((brings) => ({ deletionWindowInDays: 7 + by(brings) }))).toThrow(
    "no variable decides between",
  );
});

test("a policy is JSON of its statements, those that a variable brings under its condition", () => {
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

test("an element of a list is written for each element of the variable, and texts of the language stay texts", () => {
  const text = written((brings) => ({
    policy: policy({
      ...{ Sid: "Named", Resource: ['a"b', "$${aws:username}"] },
      Principal: brings(names) ? ["team/sample-name"] : [],
    }),
  }));
  expect(text).toContain('Principal = [for name in var.names : "team/${name}"]');
  expect(text).toContain('Resource  = ["a\\"b", "$${aws:username}"]');
});

test("a sample where a single value belongs is refused, unless what has it is there for each", () => {
  const made = written((brings) => ({ ...(brings(names) ? {} : {}), description: "sample-name" }));
  expect(made).toContain("for_each = var.names");
  expect(made).toContain("description = each.value");
});

test("a map stands for itself, and is merged with what is there besides", () => {
  expect(written(() => ({ tags: { ...tags.map } }))).toContain("tags = var.tags\n");
  expect(written(() => ({ tags: { own: "1", ...tags.map } })).replace(/\s+/g, " ")).toContain(
    'tags = merge( { own = "1" }, var.tags, )',
  );
});

test("expressions are told from text by their braces, and lose those that they do not need", () => {
  expect(parts("a${b}c")).toEqual([{ literal: "a" }, { expression: "b" }, { literal: "c" }]);
  expect(parts('${f("${var.a}", {x = 1})}')).toEqual([{ expression: "f(var.a, {x = 1})" }]);
  expect(parts("${f(${var.a})}")).toEqual([{ expression: "f(var.a)" }]);
  expect(parts("$${a}")).toEqual([{ literal: "$${a}" }]);
  expect(parts("")).toEqual([{ literal: "" }]);
  expect(() => parts("${a")).toThrow("is not closed");
});

test("a pattern that Terraform's regular expressions do not have is refused", () => {
  expect(found(/^a\/b$/, "var.x")).toBe('can(regex("^a/b$", var.x))');
  expect(() => found(/^(?!a)/, "var.x")).toThrow(TypeError);
});

test("a token of a text is its variable", () => {
  const token = Lazy.stringValue({ produce: () => "${var.description}" });
  expect(written(() => ({ description: `for ${token}` }))).toContain(
    'description = "for ${var.description}"',
  );
});
