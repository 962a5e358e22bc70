import fs from "node:fs";
import path from "node:path";
import { synthesise, synthSettings } from "../../stacks";
import { isKeyferryError } from "../../core/errors";
import {
  autoJobs,
  lockText,
  parseLock,
  rememberedBuckets,
  rememberedKeys,
  resolveTopology,
  withConfirmedBuckets,
  withConfirmedKeys,
  withKey,
  withRoutes,
  type Lock,
  type Topology,
  type TopologyInput,
} from "../../topology";
import { editedHoldings } from "../_helpers/any-holdings";
import { editedTopology, replacedTopology } from "../_helpers/edited-topology";
import fc from "../_helpers/fast-check";
import type { ImageTopology } from "../_helpers/topologies";
import { temporaryDirectory, type Synthesised } from "../_helpers/synthesised";

/** Resources that must not be lost: data under them or in them cannot be restored. */
const PRECIOUS = [
  "aws_kms_key",
  "aws_kms_external_key",
  "aws_kms_replica_key",
  "aws_kms_replica_external_key",
  "aws_kms_alias",
  "aws_s3_bucket",
];

/** Their attributes that Terraform changes in place, or does not read. Source: the provider's documentation of each. */
const IN_PLACE = [
  "//",
  "deletion_window_in_days",
  "depends_on",
  "description",
  "enable_key_rotation",
  "is_enabled",
  "lifecycle",
  "policy",
  "rotation_period_in_days",
  "tags",
  "target_key_id",
];

/** A stack in Terraform's view, with the resources that it may forget. */
interface Stack extends Synthesised {
  readonly removed?: readonly { readonly from: string; readonly lifecycle: { readonly destroy: boolean } }[];
}

/** Stacks by the location of their state: for Terraform, stacks with the same state are the same stack. */
type ByState = Readonly<Record<string, Stack>>;

function byState(directory: string, topology: Topology): ByState {
  const settings = synthSettings({}, directory);
  return Object.fromEntries(
    synthesise(topology, settings).map((name) => {
      const at = path.join(settings.outdir, "stacks", name);
      const stack = JSON.parse(fs.readFileSync(path.join(at, "cdk.tf.json"), "utf8")) as Stack;
      const state = path.resolve(at, String(stack.terraform.backend["local"]?.["path"]));
      return [path.relative(directory, state), stack];
    }),
  );
}

function precious(stack: Stack): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
  return PRECIOUS.flatMap((type) =>
    Object.entries(stack.resource?.[type] ?? {}).map(([id, body]) => [`${type}.${id}`, body] as const),
  );
}

function providerOf(stack: Stack, body: Readonly<Record<string, unknown>>) {
  return stack.provider?.["aws"]?.find(({ alias }) => body["provider"] === `aws.${String(alias)}`);
}

/** Resources that a plan from one synthesis to the next would destroy or replace. */
function losses(before: ByState, after: ByState): readonly string[] {
  return Object.entries(before).flatMap(([state, old]) => {
    const now = after[state];
    if (now === undefined) return [];
    const current = new Map(precious(now));
    return precious(old).flatMap(([address, body]) => {
      const kept = current.get(address);
      if (kept === undefined) {
        const forgotten = now.removed?.some(({ from, lifecycle }) => from === address && !lifecycle.destroy);
        return forgotten === true ? [] : [`${address} would be destroyed`];
      }
      const fixed = (of: Readonly<Record<string, unknown>>) =>
        JSON.stringify(
          Object.entries(of)
            .filter(([name]) => !IN_PLACE.includes(name))
            .sort(),
        );
      const was = providerOf(old, body);
      const is = providerOf(now, kept);
      // Another account's credentials do not find the key, and cannot destroy it.
      if (String(was?.["allowed_account_ids"]) !== String(is?.["allowed_account_ids"])) return [];
      return [
        ...(fixed(body) === fixed(kept)
          ? []
          : [`${address} would be replaced: ${fixed(body)} -> ${fixed(kept)}`]),
        ...(was?.["region"] === is?.["region"] ? [] : [`${address} would move to another Region`]),
      ];
    });
  });
}

/** Resources of the state that no provider of the new stack can reach: `Provider configuration not present`. */
function unreachable(before: ByState, after: ByState): readonly string[] {
  return Object.entries(before).flatMap(([state, old]) => {
    const aliases = new Set(
      (after[state]?.provider?.["aws"] ?? []).map(({ alias }) => `aws.${String(alias)}`),
    );
    return Object.values(old.resource ?? {})
      .flatMap((bodies) => Object.values(bodies))
      .flatMap(({ provider }) =>
        after[state] === undefined || aliases.has(String(provider)) ? [] : [String(provider)],
      );
  });
}

/** Accounts that a key policy allows although the topology does not declare them. */
function outsiders(stacks: ByState, topology: Topology): readonly string[] {
  const declared = new Set(topology.accounts.map(({ id }) => id));
  return Object.values(stacks).flatMap((stack) =>
    Object.values(stack.resource?.["aws_kms_key"] ?? {}).flatMap((body) => {
      const own = providerOf(stack, body)?.["allowed_account_ids"] as readonly string[];
      const named = [...String(body["policy"]).matchAll(/iam::(\d{12}):root/g)].map(
        ([, account = ""]) => account,
      );
      return named.filter((account) => !own.includes(account) && !declared.has(account));
    }),
  );
}

/** Undefined if the edits resulted in an invalid topology. */
function resolved(input: TopologyInput): Topology | undefined {
  try {
    return resolveTopology(input);
  } catch (error) {
    if (isKeyferryError(error)) return undefined;
    throw error;
  }
}

const pairs = fc.oneof({ arbitrary: editedTopology, weight: 3 }, { arbitrary: replacedTopology, weight: 1 });

/** Stacks with keys or buckets remain after the change. Declaring everything again destroys nothing and keeps all addresses. */
function expectRemembered(first: ByState, second: ByState, back: ByState): void {
  for (const [state, stack] of Object.entries(first)) {
    if (precious(stack).length > 0) expect(Object.keys(second)).toContain(state);
  }
  expect(losses(second, back)).toEqual([]);
  for (const [state, stack] of Object.entries(first)) {
    const addresses = precious(back[state] as Stack).map(([address]) => address);
    expect(addresses).toEqual(expect.arrayContaining(precious(stack).map(([address]) => address)));
  }
}

test("between any two topologies of one name, no plan destroys or replaces a key, an alias or a bucket, and every resource can still be reached, with the lock file and with it lost", () => {
  fc.assert(
    fc.property(pairs, ([before, after]) => {
      const [old, now] = [resolved(before), resolved(after)];
      fc.pre(old !== undefined && now !== undefined);
      const [remembering, forgetting] = [temporaryDirectory(), temporaryDirectory()];
      try {
        const first = byState(remembering, old);
        fs.cpSync(remembering, forgetting, { recursive: true });
        fs.rmSync(path.join(forgetting, "keyferry.lock.json"));
        const second = byState(remembering, now);
        for (const then of [second, byState(forgetting, now)]) {
          expect(losses(first, then)).toEqual([]);
          expect(unreachable(first, then)).toEqual([]);
          expect(outsiders(then, now)).toEqual([]);
        }
        expectRemembered(first, second, byState(remembering, old));
      } finally {
        for (const directory of [remembering, forgetting]) fs.rmSync(directory, { recursive: true });
      }
    }),
    { numRuns: 8 },
  );
});

function changeLock(directory: string, change: (lock: Lock) => Lock): void {
  const file = path.join(directory, "keyferry.lock.json");
  fs.writeFileSync(file, lockText(change(parseLock(fs.readFileSync(file, "utf8"), file))));
}

/** Records that everything was deployed. Otherwise, the next synthesis forgets resources that may never have been created. */
function deployed(directory: string, { name }: Topology): void {
  changeLock(directory, (lock) => {
    const keys = rememberedKeys(lock, name).filter(({ awaitsPrimary }) => awaitsPrimary !== true);
    return withConfirmedBuckets(withConfirmedKeys(lock, name, keys), name, rememberedBuckets(lock, name));
  });
}

/** Imports the material of all imported keys. */
function imported(directory: string, { name }: Topology): void {
  changeLock(directory, (lock) =>
    rememberedKeys(lock, name)
      .filter((key) => key.imported === true && key.primaryRegion === key.region)
      .reduce((before, key) => withKey(before, name, key, { hasMaterial: true }), lock),
  );
}

/** The stacks after a topology was deployed, and deployed again with its replicas after its keys got their material. */
function firstDeployments(directory: string, topology: Topology, hasMaterial: boolean): ByState {
  const first = byState(directory, topology);
  deployed(directory, topology);
  const isAwaited = topology.keys.some((key) => key.imported && key.multiRegion && key.regions.length > 1);
  if (!hasMaterial || !isAwaited) return first;
  imported(directory, topology);
  const second = byState(directory, topology);
  expect(losses(first, second)).toEqual([]);
  deployed(directory, topology);
  return second;
}

/** Undefined if the edit is refused, so that nothing is changed. */
function unlessRefused(directory: string, topology: Topology): ByState | undefined {
  try {
    return byState(directory, topology);
  } catch (error) {
    if (isKeyferryError(error)) return undefined;
    throw error;
  }
}

test("no edit of buckets and named keys destroys or replaces one: the edit is refused, or the resource is kept", () => {
  let refused = 0;
  let kept = 0;
  fc.assert(
    fc.property(editedHoldings, fc.boolean(), ([before, after], hasMaterial) => {
      const [old, now] = [resolved(before), resolved(after)];
      fc.pre(old !== undefined && now !== undefined);
      const directory = temporaryDirectory();
      try {
        const first = firstDeployments(directory, old, hasMaterial);
        const second = unlessRefused(directory, now);
        if (second === undefined) {
          refused += 1;
          // A refused edit has changed nothing: the earlier topology is the same.
          expect(losses(first, byState(directory, old))).toEqual([]);
          return;
        }
        kept += 1;
        expect(losses(first, second)).toEqual([]);
        expect(unreachable(first, second)).toEqual([]);
        expect(outsiders(second, now)).toEqual([]);
      } finally {
        fs.rmSync(directory, { recursive: true });
      }
    }),
    { numRuns: 30 },
  );
  expect(kept).toBeGreaterThan(refused);
});

/** The topology with the route `auto` everywhere. */
function leftToPlans(input: ImageTopology): ImageTopology {
  const images = Object.entries(input.images).map(([name, image]) => [
    name,
    { ...image, to: image.to.map((to) => ({ ...to, route: "auto" as const })) },
  ]);
  return { ...input, images: Object.fromEntries(images) as ImageTopology["images"] };
}

/** Writes the choices of a plan into the lock file: a route through S3 if a bit requests it and it is possible. */
function choose(directory: string, topology: Topology, bits: number): void {
  const file = path.join(directory, "keyferry.lock.json");
  const lock = parseLock(fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined, file);
  const chosen = autoJobs(topology).map((job, index) => {
    const { account, region } = job.rule.from;
    const isHome = account.id === job.to.account.id && region === job.to.region;
    const isStored = !isHome && ((bits >> (index % 8)) & 1) === 1;
    return { job, route: isStored ? ("store-restore" as const) : ("copy-image" as const) };
  });
  fs.writeFileSync(file, lockText(withRoutes(lock, topology, chosen)));
}

test("for all choices of routes by plans, no edit of a topology loses a key or an alias, or allows an outside account", () => {
  fc.assert(
    fc.property(editedTopology, fc.nat(255), fc.nat(255), ([before, after], firstBits, secondBits) => {
      const [old, now] = [resolved(leftToPlans(before)), resolved(leftToPlans(after))];
      fc.pre(old !== undefined && now !== undefined);
      const directory = temporaryDirectory();
      try {
        choose(directory, old, firstBits);
        const first = byState(directory, old);
        choose(directory, now, secondBits);
        const second = byState(directory, now);
        choose(directory, old, secondBits);
        const back = byState(directory, old);
        for (const [was, is, topology] of [
          [first, second, now],
          [second, back, old],
        ] as const) {
          // Buckets for stored images keep no data: they are removed with the last destination that needs them.
          const lost = losses(was, is).filter((loss) => !loss.startsWith("aws_s3_bucket."));
          expect(lost).toEqual([]);
          expect(unreachable(was, is)).toEqual([]);
          expect(outsiders(is, topology)).toEqual([]);
        }
      } finally {
        fs.rmSync(directory, { recursive: true });
      }
    }),
    { numRuns: 6 },
  );
});

/** Terraform's local states after everything was deployed; only the addresses are read. */
function leaveStates(directory: string, stacks: ByState): void {
  for (const [state, stack] of Object.entries(stacks)) {
    const resources = Object.entries(stack.resource ?? {}).flatMap(([type, bodies]) =>
      Object.keys(bodies).map((name) => ({ mode: "managed", type, name, instances: [] })),
    );
    const file = path.join(directory, state);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify({ resources }));
  }
}

/** Resources that a stack both has and forgets, which Terraform refuses. */
function contradictions(stacks: ByState): readonly string[] {
  return Object.values(stacks).flatMap((stack) =>
    (stack.removed ?? [])
      .map(({ from }) => from)
      .filter((from, index, all) => {
        const [type = "", name = ""] = from.split(".");
        return stack.resource?.[type]?.[name] !== undefined || all.indexOf(from) !== index;
      }),
  );
}

test("without the lock file, no edit of buckets and named keys destroys one that Terraform's state still has", () => {
  fc.assert(
    fc.property(editedHoldings, fc.boolean(), ([before, after], hasMaterial) => {
      const [old, now] = [resolved(before), resolved(after)];
      fc.pre(old !== undefined && now !== undefined);
      const directory = temporaryDirectory();
      try {
        const first = firstDeployments(directory, old, hasMaterial);
        leaveStates(directory, first);
        fs.rmSync(path.join(directory, "keyferry.lock.json"));
        const second = unlessRefused(directory, now);
        if (second === undefined) return;
        // A bucket responds only in its own Region, and a key cannot change its type: Terraform, S3 or KMS refuses such a plan.
        expect(losses(first, second).filter((loss) => loss.endsWith("would be destroyed"))).toEqual([]);
        expect(contradictions(second)).toEqual([]);
        expect(unreachable(first, second)).toEqual([]);
      } finally {
        fs.rmSync(directory, { recursive: true });
      }
    }),
    { numRuns: 30 },
  );
});

test("the test itself detects a key that would be destroyed, and one that would be replaced", () => {
  const stack = (id: string, body: object): Stack => ({
    resource: { aws_kms_key: { [id]: { provider: "aws.eu-west-1", ...body } } },
    provider: { aws: [{ alias: "eu-west-1", region: "eu-west-1", allowed_account_ids: ["111111111111"] }] },
    terraform: { backend: {} },
  });
  expect(losses({ state: stack("a", {}) }, { state: stack("b", {}) })).toEqual([
    "aws_kms_key.a would be destroyed",
  ]);
  expect(losses({ state: stack("a", {}) }, { state: stack("a", { multi_region: true }) })).toEqual([
    expect.stringContaining("aws_kms_key.a would be replaced"),
  ]);
  const forgetting = {
    ...stack("b", {}),
    removed: [{ from: "aws_kms_key.a", lifecycle: { destroy: false } }],
  };
  expect(losses({ state: stack("a", {}) }, { state: forgetting })).toEqual([]);
});
