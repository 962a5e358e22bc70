import fc from "../../../test/_helpers/fast-check";
import {
  awsManagedPolicy,
  evaluate,
  evaluateCall,
  type AccessRequest,
  type Documents,
  type RequestPrincipal,
  type Verdict,
} from "..";
import { dice, type Dice } from "./dice";
import { named, policy } from "./worlds";

/** Sentences of AWS's documents, each as a property with its page. */

const OWNER = "111111111111";
const KEY = `arn:aws:kms:eu-west-1:${OWNER}:key/k`;
const BUCKET = "arn:aws:s3:::images";
const USER: RequestPrincipal = { kind: "user", account: OWNER, arn: `arn:aws:iam::${OWNER}:user/u` };
const SESSION: RequestPrincipal = {
  kind: "assumed-role",
  account: OWNER,
  arn: `arn:aws:sts::${OWNER}:assumed-role/r/s`,
  roleArn: `arn:aws:iam::${OWNER}:role/r`,
};
const OUTSIDER: RequestPrincipal = {
  kind: "user",
  account: "222222222222",
  arn: "arn:aws:iam::222222222222:user/u",
};
const EVERYTHING = { Effect: "Allow", Action: "*", Resource: "*" };
const ADMIN = named("identity", policy([EVERYTHING]));
const NOTHING = named("boundary", policy([{ ...EVERYTHING, Action: "x:Nothing" }]));
const TO_EVERYBODY = { ...EVERYTHING, Principal: "*" };

const ask = (documents: Documents, changes: Partial<AccessRequest> = {}): Verdict =>
  evaluate(
    {
      action: "ec2:CopyImage",
      resource: "*",
      resourceAccount: OWNER,
      principal: SESSION,
      context: {},
      ...changes,
    },
    documents,
  );
const outcome = (verdict: Verdict) => (verdict.allowed ? "allowed" : verdict.reason);
const identity = (statement: object): Documents => ({ identity: [named("identity", policy([statement]))] });

function always(holds: (roll: Dice) => void): void {
  fc.assert(
    fc.property(fc.integer(), (seed) => holds(dice(seed))),
    { numRuns: 500 },
  );
}

describe("policy variables (IAM user guide, IAM policy elements: Variables and tags)", () => {
  test("are read in a Resource only after its fifth colon", () => {
    always((roll) => {
      const at = roll.one([1, 2, 3, 4, 5]);
      const parts = KEY.split(":");
      const pattern = parts.map((part, index) => (index === at ? "${x:part}" : part)).join(":");
      const request = { resource: KEY, action: "ec2:CopyImage", context: { "x:part": parts[at] ?? "" } };
      const verdict = ask(identity({ ...EVERYTHING, Resource: pattern }), request);
      expect(verdict.allowed).toBe(at === 5);
    });
  });

  test.each([
    ["StringEquals", "7", true],
    ["ArnLike", "arn:aws:iam::1:role/r", true],
    ["NumericEquals", "7", false],
    ["DateEquals", "2026-01-01T00:00:00Z", false],
    ["IpAddress", "192.0.2.1", false],
    ["Bool", "true", false],
    ["BinaryEquals", "QQ==", false],
  ])("under %s: as a variable: %s", (operator, value, read) => {
    const Condition = { [operator]: { "x:a": "${x:b}" } };
    const verdict = ask(identity({ ...EVERYTHING, Condition }), { context: { "x:a": value, "x:b": value } });
    expect(verdict.allowed).toBe(read);
  });
});

describe("Resource (IAM user guide, IAM JSON policy elements: Resource)", () => {
  test.each([
    ["arn:aws:logs:*:log-group:g", true],
    [`arn:aws:logs:eu-*:log-group:g`, true],
    [`arn:aws:logs:*1:${OWNER}:log-group:g`, true],
    [`arn:aws:logs:e*t-1:${OWNER}:log-group:g`, true],
    [`arn:aws:lo*1:${OWNER}:log-group:g`, false],
    [`arn:aws:l*gs:eu-west-1:${OWNER}:log-group:*`, true],
    [`arn:aws:logs:eu?west-1:${OWNER}:log-group:g`, true],
    [`arn:aws:logs?eu-west-1:${OWNER}:log-group:g`, false],
  ])("a star matches across colons only as the last character of a part: %s", (Resource, matches) => {
    const resource = `arn:aws:logs:eu-west-1:${OWNER}:log-group:g`;
    const verdict = ask(identity({ ...EVERYTHING, Resource }), { resource });
    // five parts are completed with a star, and the star before them takes the rest
    expect(verdict.allowed).toBe(matches);
  });

  test("in a condition each part of an ARN is matched separately", () => {
    const Condition = { ArnLike: { "aws:PrincipalArn": "arn:aws:*:role/r" } };
    expect(ask(identity({ ...EVERYTHING, Condition })).allowed).toBe(false);
  });
});

describe("limits (IAM user guide, How AWS enforcement code logic evaluates requests)", () => {
  const bucketPolicy = (statement: object) => ({ resource: named("resource", policy([statement])) });
  const picked = {
    ...TO_EVERYBODY,
    Condition: { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/r" } },
  };

  test.each([
    ["everyone, selected by aws:PrincipalArn", picked, true],
    ["everyone", TO_EVERYBODY, false],
    ["the role", { ...EVERYTHING, Principal: { AWS: SESSION.roleArn } }, false],
    ["the session", { ...EVERYTHING, Principal: { AWS: SESSION.arn } }, true],
    [
      "everyone, by excluded values of aws:PrincipalArn",
      { ...TO_EVERYBODY, Condition: { ArnNotEquals: { "aws:PrincipalArn": OUTSIDER.arn } } },
      false,
    ],
  ])(
    "no boundary and no session policy limits what a resource policy allows to %s: %s",
    (_who, statement, unlimited) => {
      for (const limits of [{ boundary: NOTHING }, { session: [NOTHING] }]) {
        expect(ask({ ...bucketPolicy(statement), ...limits }).allowed).toBe(unlimited);
      }
    },
  );

  test("in another account they limit it", () => {
    const documents = { ...bucketPolicy(picked), identity: [ADMIN], boundary: NOTHING };
    expect(ask(documents, { resourceAccount: "333333333333" }).allowed).toBe(false);
  });
});

describe("actions without permission (STS API reference, GetCallerIdentity; IAM user guide, GetSessionToken)", () => {
  const denied = identity({ ...EVERYTHING, Effect: "Deny" });

  test.each<[string, RequestPrincipal, boolean]>([
    ["sts:GetCallerIdentity", USER, true],
    ["STS:getcalleridentity", SESSION, true],
    ["sts:GetSessionToken", USER, true],
    ["sts:GetSessionToken", SESSION, false],
    ["sts:GetFederationToken", USER, false],
    ["sts:DecodeAuthorizationMessage", USER, false],
  ])("%s needs none and cannot be denied to a caller that may call it", (action, principal, allowed) => {
    expect(ask(denied, { action, principal }).allowed).toBe(allowed);
    expect(ask({}, { action, principal }).allowed).toBe(allowed);
  });
});

describe("set operators (IAM user guide, Set operators for multivalued context keys)", () => {
  test("of an empty string ForAllValues is true and ForAnyValue false", () => {
    always((roll) => {
      const set = roll.one(["ForAllValues", "ForAnyValue"]);
      const operator = `${set}:${roll.one(["StringEquals", "StringNotEquals", "StringLike", "NumericEquals"])}`;
      const Condition = { [operator]: { "x:a": roll.some(["", "a", "1"], 1, 3) } };
      const context = { "x:a": roll.one(["", [""]]) };
      expect(ask(identity({ ...EVERYTHING, Condition }), { context }).allowed).toBe(set === "ForAllValues");
    });
  });
});

describe("a document that cannot be read never has less effect than one that can", () => {
  test("an operator in another letter case is the same operator", () => {
    always((roll) => {
      const operator = roll.one([
        "StringEquals",
        "ForAllValues:StringLike",
        "NumericLessThanIfExists",
        "ArnNotLike",
      ]);
      const other = [...operator]
        .map((letter) => (roll.oneIn(2) ? letter.toUpperCase() : letter.toLowerCase()))
        .join("");
      const context = { "x:a": roll.one(["1", "2"]) };
      const documents = (name: string) => ({
        identity: [
          ADMIN,
          named("deny", policy([{ ...EVERYTHING, Effect: "Deny", Condition: { [name]: { "x:a": "1" } } }])),
        ],
      });
      expect(ask(documents(other), { context })).toEqual(ask(documents(operator), { context }));
    });
  });

  test.each<[string, unknown]>([
    ["an unknown operator", policy([{ ...EVERYTHING, Condition: { StringIs: { a: "b" } } }])],
    ["an operator twice", policy([{ ...EVERYTHING, Condition: { Bool: { a: "b" }, bool: { a: "c" } } }])],
    ["text that is not JSON", "text"],
  ])("a document with %s allows nothing, and the result says so", (_what, document) => {
    const unreadable = named("unreadable", document);
    const everywhere: readonly Documents[] = [
      { identity: [ADMIN, unreadable] },
      { identity: [ADMIN], boundary: unreadable },
      { identity: [ADMIN], session: [unreadable] },
      { identity: [ADMIN], resource: unreadable },
      { identity: [ADMIN], endpoint: unreadable },
      { identity: [ADMIN], serviceControlPolicies: [[ADMIN, unreadable]] },
    ];
    for (const documents of everywhere) {
      const verdict = ask(documents);
      expect(outcome(verdict)).toBe("unknown");
      expect(verdict.malformed).toMatchObject([{ document: "unreadable" }]);
    }
  });

  test("a request that is refused regardless of a document is refused", () => {
    const deny = named("deny", policy([{ ...EVERYTHING, Effect: "Deny" }]));
    expect(outcome(ask({ identity: [ADMIN, deny, named("unreadable", 5)] }))).toBe("explicit-deny");
    expect(outcome(ask({ identity: [ADMIN], boundary: NOTHING, session: [named("unreadable", 5)] }))).toBe(
      "missing-allow",
    );
  });
});

describe("what is not known makes the verdict unknown, unless the verdict does not depend on it", () => {
  const keyPolicy = named("key policy", policy([{ ...EVERYTHING, Principal: { AWS: OWNER } }]));

  test("an AWS managed policy", () => {
    const full = awsManagedPolicy("arn:aws:iam::aws:policy/AdministratorAccess");
    const other = awsManagedPolicy("arn:aws:iam::aws:policy/PowerUserAccess");
    expect(outcome(ask({ identity: full?.known, unread: full?.unread }))).toBe("allowed");
    expect(outcome(ask({ identity: other?.known, unread: other?.unread }))).toBe("unknown");
    expect(outcome(ask({ unread: other?.unread, boundary: NOTHING }))).toBe("missing-allow");
    expect(awsManagedPolicy(`arn:aws:iam::${OWNER}:policy/Mine`)).toBeUndefined();
  });

  test("an AWS managed key (KMS developer guide, AWS managed keys)", () => {
    const context = { "kms:ResourceAliases": ["alias/aws/ebs"] };
    const on = (action: string, principal = SESSION, documents: Documents = {}) =>
      outcome(ask({ identity: [ADMIN], ...documents }, { action, resource: KEY, principal, context }));
    expect(on("kms:Decrypt")).toBe("unknown");
    expect(on("kms:Decrypt", SESSION, { resource: keyPolicy })).toBe("allowed");
    expect(on("kms:Decrypt", OUTSIDER)).toBe("missing-allow");
    expect(on("kms:PutKeyPolicy", SESSION, { resource: keyPolicy })).toBe("missing-allow");
    const byAlias = { action: "kms:Decrypt", resource: `arn:aws:kms:eu-west-1:${OWNER}:alias/aws/ebs` };
    expect(outcome(ask({ identity: [ADMIN] }, byAlias))).toBe("unknown");
  });

  test("the policy of a VPC endpoint (VPC guide, Control access to VPC endpoints using endpoint policies)", () => {
    const through = { context: { "aws:SourceVpce": "vpce-1" } };
    const endpoint = (statement: object): Documents => ({
      identity: [ADMIN],
      endpoint: named("endpoint", policy([statement])),
    });
    expect(outcome(ask({ identity: [ADMIN] }, through))).toBe("unknown");
    expect(outcome(ask({}, through))).toBe("missing-allow");
    expect(outcome(ask(endpoint(TO_EVERYBODY), through))).toBe("allowed");
    expect(outcome(ask(endpoint({ ...TO_EVERYBODY, Action: "s3:*" }), through))).toBe("missing-allow");
    // an account is its root user only
    expect(outcome(ask(endpoint({ ...EVERYTHING, Principal: { AWS: OWNER } }), through))).toBe(
      "missing-allow",
    );
    expect(
      outcome(ask(endpoint({ ...EVERYTHING, Effect: "Deny", Principal: { AWS: OWNER } }), through)),
    ).toBe("explicit-deny");
  });

  test("S3 Block Public Access (S3 user guide, Blocking public access to your Amazon S3 storage)", () => {
    const get = (changes: Documents, principal = OUTSIDER, statement: object = TO_EVERYBODY) =>
      outcome(
        ask(
          { identity: [ADMIN], resource: named("bucket policy", policy([statement])), ...changes },
          { action: "s3:GetObject", resource: `${BUCKET}/a`, principal },
        ),
      );
    expect(get({})).toBe("unknown");
    expect(get({ restrictPublicBuckets: true })).toBe("missing-allow");
    expect(get({ restrictPublicBuckets: false })).toBe("allowed");
    expect(get({ restrictPublicBuckets: true }, USER)).toBe("allowed");
    expect(get({}, OUTSIDER, { ...EVERYTHING, Principal: { AWS: "222222222222" } })).toBe("allowed");
  });

  test("the principal of a unique id (IAM user guide, IAM identifiers)", () => {
    const to = (Effect: string) => ({
      resource: named("resource", policy([{ ...EVERYTHING, Effect, Principal: { AWS: "AROAEXAMPLE1" } }])),
    });
    const userId = (id: string) => ({ context: { "aws:userid": id } });
    expect(outcome(ask(to("Allow")))).toBe("unknown");
    expect(outcome(ask({ identity: [ADMIN], ...to("Allow") }))).toBe("allowed");
    expect(outcome(ask({ identity: [ADMIN], ...to("Deny") }))).toBe("unknown");
    expect(outcome(ask(to("Allow"), userId("AROAEXAMPLE1:s")))).toBe("allowed");
    expect(outcome(ask(to("Allow"), userId("AROAEXAMPLE2:s")))).toBe("missing-allow");
    expect(outcome(ask({ identity: [ADMIN], ...to("Deny") }, userId("AROAEXAMPLE1:s")))).toBe(
      "explicit-deny",
    );
    expect(outcome(ask({ identity: [ADMIN], ...to("Deny") }, userId("AROAEXAMPLE2:s")))).toBe("allowed");
  });

  test("the permissions of AssociateKmsKeyId", () => {
    expect(outcome(ask({ identity: [ADMIN] }, { action: "ec2:AssociateKmsKeyId" }))).toBe("unknown");
    expect(outcome(ask({}, { action: "ec2:AssociateKmsKeyId" }))).toBe("missing-allow");
  });

  test("a call on several resources is refused with one of them, and unknown with one of them", () => {
    const request = (action: string): AccessRequest => ({
      action,
      resource: "*",
      resourceAccount: OWNER,
      principal: SESSION,
      context: {},
    });
    const documents = identity({ ...EVERYTHING, Action: ["ec2:Copy*", "ec2:Associate*"] });
    const call = (...actions: string[]) => outcome(evaluateCall(actions.map(request), documents));
    expect(call("ec2:CopyImage", "ec2:CopySnapshot")).toBe("allowed");
    expect(call("ec2:CopyImage", "ec2:AssociateKmsKeyId")).toBe("unknown");
    expect(call("ec2:AssociateKmsKeyId", "ec2:RunInstances", "ec2:CopyImage")).toBe("missing-allow");
  });
});
