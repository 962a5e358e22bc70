import { aSnapshot, describeFrozenAnywhere } from "./lib/frozen-anywhere";

jest.setTimeout(900_000);

describeFrozenAnywhere("of a snapshot through a transit copy", aSnapshot("alias/app-data"));
describeFrozenAnywhere(
  "directly from a snapshot under the transit key",
  aSnapshot("alias/keyferry/acme/transit"),
);
