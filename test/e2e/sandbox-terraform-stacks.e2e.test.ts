import path from "node:path";
import { startRehearsal, type Rehearsal } from "../../sandbox";
import { changed, TerraformDirectory } from "./lib/terraform-directory";
import { forImport, readOtherwise } from "./lib/terraform-import";

jest.setTimeout(600_000);

/** Copies of a few GiB take minutes of cloud time, and the provider polls every few seconds of real time. */
const TIME_SCALE = 1000;
const DAY_MS = 86_400_000;

let cloud: Rehearsal;
let directory: TerraformDirectory;
const defects: unknown[] = [];
beforeAll(async () => {
  cloud = await startRehearsal({ port: 0, timeScale: TIME_SCALE, onDefect: (error) => defects.push(error) });
  const validTo = new Date(Date.now() + 200 * DAY_MS).toISOString().replace(/\.\d+Z$/, "Z");
  const env = { ...process.env, AWS_ENDPOINT_URL: cloud.url, TF_VAR_valid_to: validTo };
  directory = await TerraformDirectory.served(path.join(__dirname, "lib/terraform/stacks"), env);
});
afterAll(async () => {
  await cloud.stop();
  directory.remove();
});

test("Terraform creates every resource type of our stacks, reads it without drift, and changes, imports and destroys it", async () => {
  await directory.apply();
  expect(await directory.changes()).toEqual([]);

  const inPlace = await directory.apply("phase=2");
  expect(inPlace).toMatch(/[1-9]\d* changed/);

  const second = forImport(directory);
  try {
    const planned = await second.directory.plan("phase=2");
    const imported = planned.filter(({ change }) => change.importing !== undefined);
    expect(imported.map(({ address }) => address).sort()).toEqual([...second.addresses].sort());
    expect(readOtherwise(planned)).toEqual([]);
    expect(changed(planned).filter(({ change }) => change.importing === undefined)).toEqual([]);
  } finally {
    second.directory.remove();
  }

  expect(await directory.destroy("phase=2")).toContain("Destroy complete!");
  expect(defects).toEqual([]);
});
