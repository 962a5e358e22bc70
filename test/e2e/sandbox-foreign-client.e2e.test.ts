import { useWorkplace } from "./lib/procedures";

interface Seen {
  readonly source: { readonly state: string; readonly key: string };
  readonly unshared: { readonly code: string };
  readonly imageOnly: { readonly code: string; readonly message: string };
  readonly withoutKeyPolicy: { readonly state: string; readonly reason: string };
  readonly copy: { readonly state: string; readonly key: string; readonly owner: string };
  readonly forbidden: { readonly code: string; readonly message: string };
  readonly keys: { readonly source: string; readonly home: string };
  readonly copiesAtOnce: number;
  readonly published: { readonly valid: boolean; readonly invalid: readonly string[] };
}

jest.setTimeout(240_000);

const place = useWorkplace();
let seen: Seen;
beforeAll(async () => {
  seen = (await place.boto3("foreign_client.py")) as Seen;
});

test("an image of an encrypted instance is under the instance's key", () => {
  expect(seen.source).toEqual({ state: "available", key: seen.keys.source });
});

test("another account can copy it only if the image and its snapshots are shared", () => {
  expect(seen.unshared.code).toBe("InvalidAMIID.NotFound");
  expect(seen.imageOnly).toEqual({
    code: "InvalidRequest",
    message: "You do not have permission to access the storage of this ami",
  });
});

test("without the source key's policy the copy is accepted and fails later", () => {
  expect(seen.withoutKeyPolicy.state).toBe("failed");
  expect(seen.withoutKeyPolicy.reason).toContain("Given key ID is not accessible");
});

test("with both halves the other account owns the copy, under its own key", () => {
  expect(seen.copy).toEqual({ state: "available", key: seen.keys.home, owner: "222222222222" });
});

test("the role may do only what its policy allows", () => {
  expect(seen.forbidden.code).toBe("UnauthorizedOperation");
  expect(seen.forbidden.message).toContain("not authorized to perform: ec2:DeregisterImage");
});

test("the quota of snapshot copies in progress is found by its name in paginated results", () => {
  expect(seen.copiesAtOnce).toBe(20);
});

test("a parameter gets a value if its image can be used; otherwise it silently does not", () => {
  expect(seen.published).toEqual({ valid: true, invalid: ["/images/none"] });
});
