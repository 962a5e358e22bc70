import type { ServiceQuota } from "@aws-sdk/client-service-quotas";
import type { Place } from "../../topology";
import { isAwsError } from "./aws-error";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { gather } from "./gather";
import { Pace, PACE } from "./pace";
import type { QuotasPort, QuotaView } from "./ports";
import { sdk } from "./sdk";

/** Few attempts and short timeouts (milliseconds) for quotas: without a quota, a run uses AWS's documented value. */
const ATTEMPTS = { passingAttempts: 3, throttledAttempts: 6 };
const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** Page size of a listing. Source: Service Quotas API reference, ListServiceQuotas (MaxResults). */
const QUOTAS_AT_ONCE = 100;

/** Page size of a Describe call. Source: EC2 API reference, DescribeImages and DescribeSnapshots (MaxResults). */
const OWNED_AT_ONCE = 1000;

interface Question {
  readonly service: string;
  readonly name: string;
}

type Pages = AsyncIterable<{ readonly Quotas?: ServiceQuota[] | undefined }>;

/**
 * The port on real Service Quotas and EC2. Some quotas have no applied value and are not in that list; then AWS's default for the
 * Region is read. Concurrent requests for quotas of one service share one listing.
 * Source: Service Quotas API reference, ListServiceQuotas.
 */
export function quotasPort(place: Place, entry: Entry): QuotasPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(() => {
    const quotas = sdk.serviceQuotas();
    const client = clientOf(quotas.ServiceQuotasClient, place.region, entry, {
      retryStrategy: new Pace(entry.time, { ...PACE, ...ATTEMPTS }, entry.contact),
      requestHandler: TIMEOUTS,
    });
    return { quotas, client };
  });
  const loadEc2 = lazily(() => {
    const ec2 = sdk.ec2();
    return { ec2, client: clientOf(ec2.EC2Client, place.region, entry) };
  });
  const ask = gather<Question, QuotaView | undefined>((questions) => {
    const services = new Map<string, Promise<ReadonlyMap<string, QuotaView>>>();
    for (const { service } of questions) {
      const names = questions.filter((question) => question.service === service).map(({ name }) => name);
      if (!services.has(service)) services.set(service, listed(service, new Set(names)));
    }
    return questions.map(async ({ service, name }) => (await services.get(service))?.get(name));
  });

  return {
    serviceQuota: (service, name) => ask({ service, name }),

    async owned(what) {
      const { ec2, client } = loadEc2();
      const paged = { client, pageSize: OWNED_AT_ONCE };
      let count = 0;
      if (what === "images") {
        await call(site("DescribeImages"), async () => {
          const pages = ec2.paginateDescribeImages(paged, { Owners: ["self"], IncludeDisabled: true });
          for await (const { Images = [] } of pages) count += Images.length;
        });
      } else {
        await call(site("DescribeSnapshots"), async () => {
          const pages = ec2.paginateDescribeSnapshots(paged, { OwnerIds: ["self"] });
          for await (const { Snapshots = [] } of pages) count += Snapshots.length;
        });
      }
      return count;
    },
  };

  async function listed(service: string, names: ReadonlySet<string>): Promise<Map<string, QuotaView>> {
    const { quotas, client } = load();
    const paged = { client, pageSize: QUOTAS_AT_ONCE };
    const input = { ServiceCode: service };
    const found = new Map<string, QuotaView>();
    const take = (kind: QuotaView["kind"], operation: string, pages: Pages) =>
      unlessUnknown(call(site(operation), () => takeFrom(pages, names, kind, found)));
    await take("applied", "ListServiceQuotas", quotas.paginateListServiceQuotas(paged, input));
    if (found.size === names.size) return found;
    const defaults = quotas.paginateListAWSDefaultServiceQuotas(paged, input);
    await take("default", "ListAWSDefaultServiceQuotas", defaults);
    return found;
  }
}

/** Not every service exists in every Region. */
async function unlessUnknown(look: Promise<void>): Promise<void> {
  try {
    await look;
  } catch (error) {
    if (!isAwsError(error, "NoSuchResourceException")) throw error;
  }
}

/** Reads pages until all quotas are found. A quota that Service Quotas lists but cannot return has an error instead of a value. */
async function takeFrom(
  pages: Pages,
  names: ReadonlySet<string>,
  kind: QuotaView["kind"],
  found: Map<string, QuotaView>,
): Promise<void> {
  for await (const { Quotas = [] } of pages) {
    for (const { QuotaName = "", Value } of Quotas) {
      if (Value !== undefined && names.has(QuotaName) && !found.has(QuotaName))
        found.set(QuotaName, { value: Value, kind });
    }
    if (found.size === names.size) return;
  }
}
