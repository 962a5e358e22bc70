import { aDatabase, describeFrozenAnywhere } from "../../e2e/lib/frozen-anywhere";

/** Samples of the calls. */
describeFrozenAnywhere("of a database's snapshot through a transit copy", aDatabase("alias/app-data"), 2);
describeFrozenAnywhere(
  "directly from a database snapshot under the transit key",
  aDatabase("alias/keyferry/acme/transit"),
  4,
);
