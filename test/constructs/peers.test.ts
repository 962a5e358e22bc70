import manifest from "../../package.json";

test.each(["cdktf", "@cdktf/provider-aws", "cdktn", "@cdktn/provider-aws", "constructs"] as const)(
  "%s is the one of the stack that uses the constructs: a second copy of it would not know that stack",
  (name) => {
    expect(manifest.peerDependencies).toHaveProperty([name]);
    expect(manifest.dependencies).not.toHaveProperty([name]);
  },
);

test("using one framework does not require installing the other", () => {
  const frameworks = Object.keys(manifest.peerDependencies).filter((name) => name !== "constructs");
  expect(manifest.peerDependenciesMeta).toEqual(
    Object.fromEntries(frameworks.map((name) => [name, { optional: true }])),
  );
});
