import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Environment } from "../../setup/environment";
import { findProvider, providerVariables } from "../../setup/provider";
import { impliedDirectories } from "../../setup/provider-places";
import { providerVersion } from "../../setup/provider-version";
import { dispose, file, machine } from "./fixtures";

afterEach(dispose);

const PROVIDER = "registry.terraform.io/hashicorp/aws";
const unpacked = (mirror: string, version = "5.100.0", platform = "linux_amd64") =>
  file(path.join(mirror, PROVIDER, version, platform, `terraform-provider-aws_v${version}_x5`));
const packed = (mirror: string) =>
  file(path.join(mirror, PROVIDER, "terraform-provider-aws_5.100.0_linux_amd64.zip"));
const INSTALLS = 'provider_installation {\n  network_mirror { url = "https://mirror.example/" }\n}\n';

/** The machine's own directories are never searched in these tests. */
const find = (environment: Environment, roots: readonly string[] = []) => findProvider(environment, roots);

describe("the user's CLI configuration", () => {
  test("that installs providers is not changed, even if a mirror exists", () => {
    const environment = machine();
    const config = file(path.join(environment.home, ".terraformrc"), INSTALLS);
    const mirror = path.join(environment.home, "mirror");
    unpacked(mirror);
    const source = find(environment, [mirror]);
    expect(source).toEqual({ kind: "user-config", path: config });
  });

  test("that TF_CLI_CONFIG_FILE names is used, and the variable is not changed", () => {
    const environment = machine({ TF_CLI_CONFIG_FILE: "my.tfrc" });
    const config = file(path.join(environment.cwd, "my.tfrc"), INSTALLS);
    const source = find(environment);
    expect(source).toEqual({ kind: "user-config", path: config });
    expect(providerVariables(environment, source)).toEqual({});
  });

  test("that TF_CLI_CONFIG_FILE names but does not exist is ignored", () => {
    const environment = machine({ TF_CLI_CONFIG_FILE: "/no/such/file" });
    const config = file(path.join(environment.home, ".terraformrc"), INSTALLS);
    const source = find(environment);
    expect(source).toEqual({ kind: "user-config", path: config });
    expect(providerVariables(environment, source)).toEqual({ TF_CLI_CONFIG_FILE: undefined });
  });

  test("that says nothing about providers does not end the search", () => {
    const environment = machine();
    file(
      path.join(environment.home, ".terraformrc"),
      'plugin_cache_dir = "/tmp/x"\n# provider_installation {\n',
    );
    expect(find(environment)).toEqual({ kind: "registry" });
  });

  test("in a .tfrc file of Terraform's own directory is used", () => {
    const environment = machine();
    const config = file(path.join(environment.home, ".terraform.d", "company.tfrc"), INSTALLS);
    expect(find(environment)).toEqual({ kind: "user-config", path: config });
  });
});

describe("Terraform's implied directories", () => {
  const places = (environment: Environment) => [
    path.join(environment.home, ".terraform.d/plugins"),
    path.join(environment.home, ".local/share/terraform/plugins"),
    path.join(environment.env["XDG_DATA_DIRS"] ?? "", "terraform/plugins"),
  ];

  test.each([0, 1, 2])("the provider is found unpacked in place %i", (index) => {
    const environment = machine();
    const place = places(environment)[index] ?? "";
    unpacked(place);
    const source = find(environment);
    expect(source).toEqual({ kind: "implied-directory", path: place });
    expect(providerVariables(environment, source)["TF_CLI_CONFIG_FILE"]).toBeUndefined();
  });

  test("the provider is found packed", () => {
    const environment = machine();
    const place = places(environment)[0] ?? "";
    packed(place);
    expect(find(environment)).toEqual({ kind: "implied-directory", path: place });
  });

  test.each([
    ["another version", "5.99.1", "linux_amd64"],
    ["another platform", "5.100.0", "darwin_arm64"],
  ])("%s does not count", (_what, version, platform) => {
    const environment = machine();
    unpacked(places(environment)[0] ?? "", version, platform);
    expect(find(environment)).toEqual({ kind: "registry" });
  });

  test("on macOS they include Application Support, on Windows APPDATA", () => {
    const mac: Environment = { ...machine(), platform: "darwin" };
    expect(impliedDirectories(mac)).toContain(
      path.join(mac.home, "Library/Application Support/io.terraform/plugins"),
    );
    const windows: Environment = { ...machine({ APPDATA: "/appdata" }), platform: "win32" };
    expect(impliedDirectories(windows)).toContain(path.join("/appdata", "terraform.d", "plugins"));
  });
});

describe("a mirror", () => {
  test("that KEYFERRY_PROVIDER_MIRROR names is used through a generated CLI configuration", () => {
    const environment = machine({ KEYFERRY_PROVIDER_MIRROR: "mirror" });
    const mirror = path.join(environment.cwd, "mirror");
    packed(mirror);
    const source = find(environment);
    expect(source).toEqual({ kind: "mirror", path: mirror, origin: "KEYFERRY_PROVIDER_MIRROR" });
    const config = providerVariables(environment, source)["TF_CLI_CONFIG_FILE"] ?? "";
    expect(config.startsWith(path.join(environment.cwd, ".cache"))).toBe(true);
    const text = readFileSync(config, "utf8");
    expect(text).toContain(`path    = ${JSON.stringify(mirror)}`);
    expect(text).toMatch(/filesystem_mirror \{[^}]*include = \["registry.terraform.io\/hashicorp\/aws"\]/);
    expect(text).toMatch(/direct \{[^}]*exclude = \["registry.terraform.io\/hashicorp\/aws"\]/);
  });

  test("that is named but does not contain the provider is refused", () => {
    const environment = machine({ KEYFERRY_PROVIDER_MIRROR: "mirror" });
    unpacked(path.join(environment.cwd, "mirror"), "5.99.1");
    expect(() => find(environment)).toThrow(/KEYFERRY_PROVIDER_MIRROR names .*does not contain .*5\.100\.0/);
  });

  test("in the project's own terraform.d is used, because Terraform itself would look below each stack", () => {
    const environment = machine();
    const mirror = path.join(environment.cwd, "terraform.d", "plugins");
    unpacked(mirror);
    expect(find(environment)).toEqual({ kind: "mirror", path: mirror, origin: "search" });
  });

  test.each(["", "a", "a/b/c/d"])("is found below a root, at %p", (below) => {
    const environment = machine();
    const root = path.join(environment.home, "root");
    unpacked(path.join(root, below));
    file(path.join(root, "0-before", "anything"));
    expect(find(environment, [path.join(environment.home, "missing"), root])).toEqual({
      kind: "mirror",
      path: path.join(root, below),
      origin: "search",
    });
  });

  test.each(["a/b/c/d/e", "node_modules/a", ".hidden"])("is not searched at %p", (below) => {
    const environment = machine();
    const root = path.join(environment.home, "root");
    unpacked(path.join(root, below));
    expect(find(environment, [root])).toEqual({ kind: "registry" });
  });

  test("in a hidden Terraform directory in the home directory is found", () => {
    const environment = machine();
    const mirror = path.join(environment.home, ".terraform.d", "plugin-cache");
    unpacked(mirror);
    expect(findProvider(environment)).toEqual({ kind: "mirror", path: mirror, origin: "search" });
  });
});

describe("the version", () => {
  const bindings = (directory: string, name: string, version: string) =>
    file(
      path.join(directory, "node_modules", name, "package.json"),
      JSON.stringify({ cdktf: { provider: { version } } }),
    );
  const names = ({ cwd }: Environment, manifest: object) =>
    file(path.join(cwd, "package.json"), JSON.stringify(manifest));

  test("is the one from which the project's bindings were generated, wherever they are installed", () => {
    const environment = machine();
    names(environment, { dependencies: { "@cdktn/provider-aws": "25.7.0" } });
    bindings(environment.cwd, "@cdktf/provider-aws", "5.100.0");
    bindings(path.dirname(environment.cwd), "@cdktn/provider-aws", "6.66.0");
    expect(providerVersion(environment)).toBe("6.66.0");
  });

  test.each([
    ["there is no package.json", undefined],
    ["package.json is not valid JSON", "{"],
    ["package.json names no bindings", "{}"],
    ["the bindings are not installed", '{ "devDependencies": { "@cdktn/provider-aws": "25.7.0" } }'],
  ])("is that of Keyferry's own stacks where %s", (_what, manifest) => {
    const environment = machine();
    if (manifest !== undefined) file(path.join(environment.cwd, "package.json"), manifest);
    bindings(environment.cwd, "@cdktf/provider-aws", "5.99.1");
    expect(providerVersion(environment)).toBe("5.100.0");
  });

  test("decides whether a mirror contains the provider", () => {
    const environment = machine();
    names(environment, { dependencies: { "@cdktn/provider-aws": "25.7.0" } });
    bindings(environment.cwd, "@cdktn/provider-aws", "6.66.0");
    const root = path.join(environment.home, "root");
    unpacked(path.join(root, "five"));
    expect(find(environment, [root])).toEqual({ kind: "registry" });
    unpacked(path.join(root, "six"), "6.66.0");
    expect(find(environment, [root])).toMatchObject({ kind: "mirror", path: path.join(root, "six") });
    const five = {
      ...environment,
      env: { ...environment.env, KEYFERRY_PROVIDER_MIRROR: path.join(root, "five") },
    };
    expect(() => find(five)).toThrow(/does not contain .*6\.66\.0/);
  });
});

test("an empty machine gets the provider from the registry, and a CLI configuration that does not exist is unset", () => {
  const environment = machine({ TF_CLI_CONFIG_FILE: "/no/such/file" });
  mkdirSync(path.join(environment.home, ".terraform.d"));
  const source = find(environment);
  expect(source).toEqual({ kind: "registry" });
  expect(providerVariables(environment, source)).toEqual({ TF_CLI_CONFIG_FILE: undefined });
});
