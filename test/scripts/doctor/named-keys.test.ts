import { checkNamedKey } from "../../../scripts/doctor/checks/named-keys";
import type { KeyStatus } from "../../../scripts/engine/results";
import { resolveTopology, type NamedKey } from "../../../topology";

const ARN = "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const STATUS: KeyStatus = {
  name: "platform/eu-west-1/data@1",
  account: "111111111111",
  accountName: "platform",
  region: "eu-west-1",
  purpose: "data@1",
  alias: "alias/keyferry/named/data/1",
  state: "active",
  under: [],
  unseen: [],
};

function declared(more: object = {}): NamedKey {
  const { keys } = resolveTopology({
    name: "named",
    accounts: { platform: { id: "111111111111" } },
    keys: { data: { account: "platform", regions: ["eu-west-1"], ...more } },
  });
  return keys[0] as NamedKey;
}

const inKms = (state: string): KeyStatus => ({ ...STATUS, found: { arn: ARN, state, isGuarded: true } });

/** State and text of each finding. */
function found(status: KeyStatus, key = declared()): readonly string[] {
  return checkNamedKey(status, key).map(({ state, what, fix = "" }) => `${state}: ${what} ${fix}`);
}

test("a key that is not deployed yet fails with the deployment that creates it", () => {
  expect(found(STATUS)).toEqual([expect.stringMatching(/^failed: .*does not exist yet .*deploy/)]);
});

test("a key without key material fails with the command that imports it", () => {
  expect(found(inKms("PendingImport"))).toEqual([
    expect.stringContaining("keyferry keys import platform/eu-west-1/data@1"),
  ]);
});

test("a disabled key passes if it is declared as disabled, and otherwise fails", () => {
  expect(found(inKms("Disabled"), declared({ enabled: false }))).toEqual([
    expect.stringMatching(/^passed: .*as the topology declares it/),
  ]);
  expect(found(inKms("Disabled"))[0]).toMatch(/^failed: .*is Disabled/);
});

test("an enabled key protected against deletion passes; what could not be read is unknown", () => {
  expect(found(inKms("Enabled")).every((line) => line.startsWith("passed"))).toBe(true);
  expect(found({ ...STATUS, unseen: ["AccessDenied"] })[0]).toMatch(/^unknown: AccessDenied/);
});

test("the finding for a key shared with an organisation explains that snapshots cannot be", () => {
  const shared = declared({ sharedWith: { organization: "o-a1b2c3d4e5" } });
  expect(found(inKms("Enabled"), shared).at(-1)).toContain(
    "snapshots can be shared only with single accounts",
  );
  const throughRds = declared({ sharedWith: { organization: "o-a1b2c3d4e5", viaServices: ["rds"] } });
  expect(found(inKms("Enabled"), throughRds)).toEqual(found(inKms("Enabled")));
});
