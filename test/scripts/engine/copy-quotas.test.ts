import { AwsCallError, type AwsAccess, type QuotaView } from "../../../scripts/aws";
import { copyQuotas } from "../../../scripts/engine/copy-quotas";
import { AWS_SETTINGS, type Settings } from "../../../scripts/engine/settings";
import type { Place } from "../../../topology";

const PLACE = { account: { id: "111111111111" }, region: "eu-west-1" } as Place;
const ELSEWHERE = { account: { id: "111111111111" }, region: "eu-north-1" } as Place;

/** AWS with only quotas, the same in every place. */
function telling(answer: () => Promise<QuotaView | undefined>) {
  const asked: string[] = [];
  const quotas = ({ region }: Place) => ({
    serviceQuota: (service: string, name: string) => {
      asked.push(`${service} ${name} ${region}`);
      return answer();
    },
  });
  return { asked, aws: { quotas } as unknown as AwsAccess };
}

function quotaOf(answer: () => Promise<QuotaView | undefined>, settings: Partial<Settings> = {}) {
  return copyQuotas(telling(answer), [PLACE], { ...AWS_SETTINGS, ...settings }).then((all) => all.of(PLACE));
}

test("the quota of a place is requested once, by name, and applies only to that place", async () => {
  let value = 4;
  const { asked, aws } = telling(() => Promise.resolve({ value: (value += 1), kind: "applied" }));
  const quotas = await copyQuotas({ aws }, [PLACE, ELSEWHERE, PLACE], AWS_SETTINGS);
  const name = "ebs Concurrent snapshot copies per destination Region";
  expect(asked).toEqual([`${name} eu-west-1`, `${name} eu-north-1`]);
  expect([quotas.of(PLACE), quotas.of(ELSEWHERE)]).toEqual([
    { copiesAtOnce: 5, from: "account" },
    { copiesAtOnce: 6, from: "account" },
  ]);
});

test("AWS's default for the Region is reported as the default", async () => {
  const quota = await quotaOf(() => Promise.resolve({ value: 20, kind: "default" }));
  expect(quota).toEqual({ copiesAtOnce: 20, from: "region" });
});

test("image copies are limited to AWS's documented number, regardless of the quota of snapshot copies", async () => {
  const quota = await quotaOf(() => Promise.resolve({ value: 5000, kind: "applied" }));
  expect(quota).toEqual({ copiesAtOnce: 300, from: "account" });
});

test("a quota that is not listed or cannot be read is AWS's documented one, with the reason", async () => {
  expect(await quotaOf(() => Promise.resolve(undefined))).toEqual({
    copiesAtOnce: 20,
    from: "documents",
    because: "Service Quotas does not list it",
  });
  const site = { operation: "ListServiceQuotas", account: "111111111111", region: "eu-west-1" };
  const unreachable = new AwsCallError(site, { code: "ENOTFOUND", message: "getaddrinfo", transient: true });
  expect(await quotaOf(() => Promise.reject(unreachable))).toMatchObject({
    copiesAtOnce: 20,
    because: "Service Quotas returned an error: ENOTFOUND",
  });
});

test("an error that is not from AWS is not hidden", async () => {
  await expect(quotaOf(() => Promise.reject(new TypeError("a mistake of ours")))).rejects.toThrow("ours");
});

test("if the user sets a number, Service Quotas is not called", async () => {
  const { asked, aws } = telling(() => Promise.resolve({ value: 5, kind: "applied" }));
  const quotas = await copyQuotas({ aws }, [PLACE], { ...AWS_SETTINGS, maxCopiesPerPlace: 7 });
  expect([quotas.of(PLACE), asked]).toEqual([{ copiesAtOnce: 7, from: "user" }, []]);
});
