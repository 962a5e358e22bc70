import { aSnapshot, describeKilledAnywhere } from "./lib/killed-anywhere";

jest.setTimeout(900_000);

describeKilledAnywhere(
  "of a snapshot through a transit copy",
  aSnapshot({ sizeGiB: 8, keyAlias: "alias/app-data" }),
);
