import type { Found } from "../finding";

/** A finding about one resource or setting. */
export function about(
  thing: { readonly label: string; readonly account: string; readonly source: string },
  message: string,
  values: Pick<Found, "before" | "after"> = {},
): Found {
  return {
    message,
    resources: [thing.label],
    accounts: [thing.account],
    sources: [thing.source],
    ...values,
  };
}
