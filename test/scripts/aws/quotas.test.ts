import http from "node:http";
import type { AddressInfo } from "node:net";
import { quotasPort } from "../../../scripts/aws/quotas";
import type { Place } from "../../../topology";

const PLACE = { account: { id: "222222222222" }, region: "eu-west-1" } as Place;
const NAME = "Concurrent snapshot copies per destination Region";
const OTHER = { QuotaName: "Snapshots per Region", Value: 100_000 };

interface Page {
  readonly Quotas?: readonly object[];
  readonly NextToken?: string;
  /** AWS's error code. */
  readonly __type?: string;
}

let server: http.Server;
const asked: string[] = [];
/** Operation -> its pages, in order. */
let pages: Readonly<Record<string, readonly Page[]>>;

beforeAll(async () => {
  const before = new Map<string, number>();
  server = http.createServer((request, response) => {
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const number = before.get(operation) ?? 0;
    before.set(operation, number + 1);
    asked.push(operation);
    const page = pages[operation]?.[number % (pages[operation]?.length ?? 1)] ?? {
      __type: "InternalFailure",
    };
    response.writeHead(page.__type === undefined ? 200 : 400, {
      "content-type": "application/x-amz-json-1.1",
    });
    response.end(JSON.stringify(page));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  delete process.env["AWS_ENDPOINT_URL"];
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked.length = 0;
});

const CREDENTIALS = async () => ({ accessKeyId: "222222222222", secretAccessKey: "rehearsal" });

function read() {
  return quotasPort(PLACE, { credentials: CREDENTIALS }).serviceQuota("ebs", NAME);
}

test("reads pages only until the account's own value is found", async () => {
  const own = { QuotaName: NAME, Value: 40 };
  pages = {
    ListServiceQuotas: [
      { Quotas: [OTHER], NextToken: "2" },
      { Quotas: [own], NextToken: "3" },
    ],
  };
  expect(await read()).toEqual({ value: 40, kind: "applied" });
  expect(asked).toEqual(["ListServiceQuotas", "ListServiceQuotas"]);
});

test("uses AWS's default for the Region if the account has no value or Service Quotas cannot return it", async () => {
  const unavailable = { QuotaName: NAME, ErrorReason: { ErrorCode: "DEPENDENCY_SERVICE_ERROR" } };
  const ListAWSDefaultServiceQuotas = [{ Quotas: [OTHER, { QuotaName: NAME, Value: 20 }] }];
  pages = { ListServiceQuotas: [{ Quotas: [OTHER] }], ListAWSDefaultServiceQuotas };
  expect(await read()).toEqual({ value: 20, kind: "default" });
  pages = { ListServiceQuotas: [{ Quotas: [unavailable] }], ListAWSDefaultServiceQuotas };
  expect(await read()).toEqual({ value: 20, kind: "default" });
});

test("concurrent requests for quotas share one listing", async () => {
  pages = { ListServiceQuotas: [{ Quotas: [OTHER, { QuotaName: NAME, Value: 40 }] }] };
  const port = quotasPort(PLACE, { credentials: CREDENTIALS });
  const quotas = await Promise.all([
    port.serviceQuota("ebs", NAME),
    port.serviceQuota("ebs", OTHER.QuotaName),
    port.serviceQuota("ebs", NAME),
  ]);
  expect(quotas.map((quota) => quota?.value)).toEqual([40, 100_000, 40]);
  expect(asked).toEqual(["ListServiceQuotas"]);
});

test("an unlisted quota, or a service that the Region does not have, returns no quota", async () => {
  pages = { ListServiceQuotas: [{}], ListAWSDefaultServiceQuotas: [{ Quotas: [OTHER] }] };
  expect(await read()).toBeUndefined();
  const unknown = [{ __type: "NoSuchResourceException" }];
  pages = { ListServiceQuotas: unknown, ListAWSDefaultServiceQuotas: unknown };
  expect(await read()).toBeUndefined();
});

test("a refusal contains AWS's error and the refused call", async () => {
  pages = { ListServiceQuotas: [{ __type: "AccessDeniedException" }] };
  await expect(read()).rejects.toMatchObject({
    site: { operation: "ListServiceQuotas", account: "222222222222", region: "eu-west-1" },
    answer: { code: "AccessDeniedException" },
  });
});
