import manifest from "../../package.json";

test.each(["cdktf", "constructs", "@cdktf/provider-aws"] as const)(
  "%s is the one of the stack that uses the constructs: a second copy of it would not know that stack",
  (name) => {
    expect(manifest.peerDependencies).toHaveProperty([name]);
    expect(manifest.dependencies).not.toHaveProperty([name]);
  },
);
