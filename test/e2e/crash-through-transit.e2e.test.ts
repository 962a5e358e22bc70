import { anImage, describeKilledAnywhere } from "./lib/killed-anywhere";

jest.setTimeout(900_000);

describeKilledAnywhere("through a transit copy", anImage([{ sizeGiB: 8, keyAlias: "alias/app-data" }]));
