import { createClock } from "../../../clock";
import { decide } from "../../../authorise/decide";
import type { Caller } from "../../../contract";
import { keyService } from "../../../services/kms/key-service";
import { KmsState } from "../../../services/kms/state";
import { DST, policy, REGION, SRC } from "../../lib/cloud";
import { keyPolicy } from "./lib";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const clock = createClock(
  1,
  () => undefined,
  () => NOW,
);
const EC2 = { service: "ec2" };

function service() {
  const state = new KmsState();
  return {
    state,
    keys: keyService({ state, refresh: () => undefined }, clock, (caller, check) =>
      Promise.resolve(decide(clock, caller, check)),
    ),
  };
}

function caller(account: string, statement: object = { Action: "kms:*", Resource: "*" }): Caller {
  return {
    kind: "user",
    account,
    arn: `arn:aws:iam::${account}:user/somebody`,
    userId: "AIDA",
    identity: [{ name: "identity", document: policy(statement) }],
  };
}

function addKey(state: KmsState, document: string, region = REGION, spec = "SYMMETRIC_DEFAULT") {
  const key = {
    account: SRC,
    region,
    manager: "CUSTOMER" as const,
    origin: "AWS_KMS" as const,
    spec,
    usage: "ENCRYPT_DECRYPT" as const,
    description: "",
    tags: {},
    policy: document,
    principalIds: {},
  };
  return state.addKey(state.newKeyId(), key, new Date(NOW), "Enabled");
}

test("the AWS managed key of EBS can be used by every principal of its account through EC2, and by no other", async () => {
  const { keys } = service();
  const key = keys.managed("aws/ebs", SRC, REGION);

  expect(key.manager).toBe("AWS");
  expect(keys.managed("aws/ebs", SRC, REGION)).toEqual(key);
  expect((await keys.allows(caller(SRC), "kms:CreateGrant", key, EC2)).allowed).toBe(true);
  expect((await keys.allows(caller(SRC), "kms:CreateGrant", key, { service: "rds" })).allowed).toBe(false);
  expect((await keys.allows(caller(DST), "kms:CreateGrant", key, EC2)).allowed).toBe(false);
});

test("ViaService contains the key's own Region, not the caller's", async () => {
  const { keys, state } = service();
  const via = (region: string) =>
    addKey(
      state,
      keyPolicy(SRC, {
        Principal: { AWS: DST },
        Action: "kms:CreateGrant",
        Resource: "*",
        Condition: { StringEquals: { "kms:ViaService": `ec2.${region}.amazonaws.com` } },
      }),
      "eu-central-1",
    );

  expect((await allowedThrough(keys, via("eu-central-1").arn)).allowed).toBe(true);
  expect((await allowedThrough(keys, via("eu-west-1").arn)).allowed).toBe(false);
});

test.each([
  ["true", true],
  ["false", false],
])(
  "a policy for calls with aws:ViaAWSService %s allows EC2 on the caller's behalf: %s",
  async (via, allowed) => {
    const { keys, state } = service();
    const statement = {
      Principal: { AWS: DST },
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: { Bool: { "aws:ViaAWSService": via } },
    };
    const { arn } = addKey(state, keyPolicy(SRC, statement), "eu-central-1");
    expect((await allowedThrough(keys, arn)).allowed).toBe(allowed);
    const direct = { action: "kms:CreateGrant", resource: arn, resourceAccount: SRC };
    const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] };
    const verdict = decide(clock, caller(DST), {
      ...direct,
      resourcePolicy: { name: "key policy", document },
    });
    expect(verdict.allowed).toBe(!allowed);
  },
);

async function allowedThrough(keys: ReturnType<typeof service>["keys"], arn: string) {
  const key = keys.find(arn, DST, "eu-central-1");
  if (key === undefined) throw new TypeError(`no key ${arn}`);
  return keys.allows(caller(DST), "kms:CreateGrant", key, EC2);
}

test("a key that is not enabled allows nothing, and the error names its account", async () => {
  const { keys, state } = service();
  const key = addKey(state, keyPolicy(SRC));
  key.state = "Disabled";
  const view = keys.find(key.arn, SRC, REGION);

  expect(view?.state).toBe("Disabled");
  const verdict = view && (await keys.allows(caller(SRC), "kms:CreateGrant", view, EC2));
  expect(verdict).toMatchObject({ allowed: false, missing: [{ account: SRC }] });
});

test.each(["RSA_2048", "HMAC_256"])("no service encrypts with a key of spec %s", async (spec) => {
  const { keys, state } = service();
  const view = keys.find(addKey(state, keyPolicy(SRC), REGION, spec).arn, SRC, REGION);

  expect(view).toMatchObject({ symmetric: false, state: "Enabled" });
  const verdict = view && (await keys.allows(caller(SRC), "kms:CreateGrant", view, EC2));
  expect(verdict).toMatchObject({ allowed: false, missing: [{ what: expect.stringContaining(spec) }] });
});

test("a key is found by id and alias in its own account, by ARN from any, and not from another Region", () => {
  const { keys, state } = service();
  const key = addKey(state, keyPolicy(SRC));
  state.addAlias(SRC, REGION, "alias/home", key.keyId, new Date(NOW));

  for (const reference of [key.keyId, key.arn, "alias/home"]) {
    expect(keys.find(reference, SRC, REGION)?.arn).toBe(key.arn);
  }
  expect(keys.find(key.arn, DST, REGION)?.arn).toBe(key.arn);
  expect(keys.find("alias/home", DST, REGION)).toBeUndefined();
  expect(keys.find(key.arn, SRC, "eu-central-1")).toBeUndefined();
});
