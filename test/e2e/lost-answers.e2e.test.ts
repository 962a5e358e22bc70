import { EnableImageDeprecationCommand } from "@aws-sdk/client-ec2";
import type { FaultRule } from "../../packages/emulator/faults/rules";
import { PACE } from "../../scripts/aws/pace";
import { resolveTopology } from "../../topology";
import {
  Administrators,
  deployFoundation,
  makeImage,
  runScript,
  startVirtualCloud,
  wrongIn,
  type VirtualCloud,
} from "../_helpers/virtual";

jest.setTimeout(1_200_000);

/** Two destinations, another account and the source's own account; published; only the newest copy is kept. */
function topologyOf(protection: { readonly deregistrationProtection?: "without-cooldown" }) {
  return resolveTopology({
    name: "lost",
    accounts: { builder: { id: "111111111111" }, prod: { id: "222222222222" } },
    images: {
      web: {
        from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
        to: [
          {
            account: "prod",
            regions: ["eu-west-1"],
            keep: 1,
            launch: { instanceType: "t3.micro" },
            ...protection,
          },
          { account: "builder", regions: ["eu-west-1"], keep: 1 },
        ],
        publishTo: "/images/web",
      },
    },
  });
}

const topology = topologyOf({ deregistrationProtection: "without-cooldown" });

/** Each way has its own changing calls. */
const WAYS = [
  { way: "without a transit copy", disks: [{ sizeGiB: 8 }] },
  { way: "through a transit copy", disks: [{ sizeGiB: 8, keyAlias: "alias/aws/ebs" }] },
] as const;

/** The calls of a run that change something, by the names of AWS. */
const CHANGES = /^(CopyImage|Create\w+|Delete\w+|DeregisterImage|Enable\w+|Modify\w+|PutParameter)$/;

/** The changing calls of a run after an earlier image was carried, in both ways. */
const EVERY_WAY = [
  "CopyImage",
  "DeleteParameter",
  "DeleteSnapshot",
  "DeregisterImage",
  "EnableImageDeprecation",
  "EnableImageDeregistrationProtection",
  "ModifyImageAttribute",
  "ModifySnapshotAttribute",
  "PutParameter",
];

describe.each(WAYS)("a run $way", ({ disks }) => {
  let cloud: VirtualCloud;
  let prepared: Buffer;
  let sources: Record<string, string>;
  let operations: readonly string[];
  let countOf: ReadonlyMap<string, number>;

  beforeAll(async () => {
    cloud = await startVirtualCloud(topology.operator.id);
    const admins = new Administrators(cloud.url);
    await deployFoundation(admins, topology);
    const [rule] = topology.rules;
    if (rule === undefined) throw new TypeError("no rule");
    await makeImage(cloud, admins, rule.from, "web-1", disks);
    expect((await runScript(cloud, topologyOf({}))).state).toBe("done");
    const web = await makeImage(cloud, admins, rule.from, "web-2", disks);
    sources = { web };
    const { ec2 } = admins.at(rule.from);
    await ec2.send(new EnableImageDeprecationCommand({ ImageId: web, DeprecateAt: new Date("2030-01-01") }));
    prepared = await cloud.dump();
    cloud.requests.clear();
    expect((await runScript(cloud, topology)).state).toBe("done");
    const calls = [...cloud.requests].map(([name, count]) => [name.split(" ")[1] ?? "", count] as const);
    countOf = new Map(calls.filter(([operation]) => CHANGES.test(operation)));
    operations = [...countOf.keys()];
    expect(operations).toEqual(expect.arrayContaining(EVERY_WAY));
  });
  afterAll(() => cloud.stop());

  /** How runs end while faults persist, and what is wrong afterwards. */
  async function under(faults: readonly FaultRule[], runs: number): Promise<readonly string[]> {
    await cloud.load(prepared);
    cloud.setFaults(faults);
    let state = "";
    for (let pid = 1; pid <= runs && state !== "done"; pid += 1) {
      state = await runScript(cloud, topology, { pid }).then(
        (result) => result.state,
        (error: { readonly message: string }) => error.message,
      );
    }
    cloud.setFaults([]);
    return [...(state === "done" ? [] : [state]), ...(await wrongIn(cloud, topology, sources))];
  }

  it("completes if the response to any one changing call is lost", async () => {
    const wrong: string[] = [];
    for (const operation of operations) {
      for (let nth = 1; nth <= (countOf.get(operation) ?? 0); nth += 1) {
        const lost: FaultRule = { operation, nth, effect: { kind: "reset", when: "after" } };
        for (const what of await under([lost], 1)) wrong.push(`${operation} ${nth}: ${what}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("is completed by the next one if a changing call fails because it never gets a response", async () => {
    const wrong: string[] = [];
    for (const operation of operations) {
      const lost: FaultRule = {
        operation,
        times: PACE.passingAttempts,
        effect: { kind: "reset", when: "after" },
      };
      for (const what of await under([lost], 2)) wrong.push(`${operation}: ${what}`);
    }
    expect(wrong).toEqual([]);
  });

  // If exactly every second call were throttled, a call that always follows another would never succeed, which does not happen in AWS.
  it("completes and leaves no share while two of five calls are throttled", async () => {
    const wrong: string[] = [];
    for (const scope of [{}, ...operations.map((operation) => ({ operation }))]) {
      const throttled: FaultRule = { ...scope, share: 0.4, effect: { kind: "throttle" } };
      for (const what of await under([throttled], 1)) wrong.push(`${JSON.stringify(scope)}: ${what}`);
    }
    expect(wrong).toEqual([]);
  });
});
