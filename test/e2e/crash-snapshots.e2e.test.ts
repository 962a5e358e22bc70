import { aSnapshot, describeKilledAnywhere } from "./lib/killed-anywhere";

jest.setTimeout(900_000);

/** A sample on the rehearsal cloud; test/kinds/ebs-snapshot/carry.test.ts kills runs at every call of the fake one. */
describeKilledAnywhere(
  "of a snapshot through a transit copy",
  aSnapshot({ sizeGiB: 8, keyAlias: "alias/app-data" }),
  3,
);
