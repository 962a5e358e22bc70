import type { ServiceQuota } from "@aws-sdk/client-service-quotas";
import type { Place } from "../../topology";
import { isAwsError } from "./aws-error";
import { call, clientConfig, lazily, type Entry } from "./client-config";
import { Pace, PACE } from "./pace";
import type { QuotasPort, QuotaView } from "./ports";
import { sdk } from "./sdk";

/** A quota is worth no long wait, in attempts or milliseconds: without it a run reckons with AWS's documented value. */
const ATTEMPTS = { passingAttempts: 3, throttledAttempts: 6 };
const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 10_000 };

/** What one call lists. Source: Service Quotas API reference, ListServiceQuotas (MaxResults). */
const QUOTAS_AT_ONCE = 100;

type Pages = AsyncIterable<{ readonly Quotas?: ServiceQuota[] | undefined }>;

/**
 * The port on real Service Quotas. Of some quotas no applied value is available, and those are not listed among them;
 * AWS's default for the Region is then asked for. Source: Service Quotas API reference, ListServiceQuotas.
 */
export function quotasPort(place: Place, entry: Entry): QuotasPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(() => {
    const quotas = sdk.serviceQuotas();
    const config = clientConfig(place.region, entry);
    const client = new quotas.ServiceQuotasClient({
      ...config,
      retryStrategy: new Pace(entry.time, { ...PACE, ...ATTEMPTS }),
      requestHandler: { ...config.requestHandler, ...TIMEOUTS },
    });
    return { quotas, client };
  });
  return {
    async serviceQuota(service, name): Promise<QuotaView | undefined> {
      const { quotas, client } = load();
      const paged = { client, pageSize: QUOTAS_AT_ONCE };
      const input = { ServiceCode: service };
      const value = (operation: string, pages: Pages) =>
        unlessUnknown(call(site(operation), () => valueIn(pages, name)));
      const applied = await value("ListServiceQuotas", quotas.paginateListServiceQuotas(paged, input));
      if (applied !== undefined) return { value: applied, kind: "applied" };
      const byDefault = await value(
        "ListAWSDefaultServiceQuotas",
        quotas.paginateListAWSDefaultServiceQuotas(paged, input),
      );
      return byDefault === undefined ? undefined : { value: byDefault, kind: "default" };
    },
  };
}

/** Not every service is known in every Region. */
async function unlessUnknown<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    if (isAwsError(error, "NoSuchResourceException")) return undefined;
    throw error;
  }
}

/** A quota that Service Quotas lists and cannot tell has an error instead of a value. */
async function valueIn(pages: Pages, name: string): Promise<number | undefined> {
  for await (const { Quotas = [] } of pages) {
    const found = Quotas.find(({ QuotaName, Value }) => QuotaName === name && Value !== undefined);
    if (found !== undefined) return found.Value;
  }
  return undefined;
}
