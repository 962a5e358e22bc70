import { anImage, describeKilledAnywhere } from "./lib/killed-anywhere";

jest.setTimeout(900_000);

describeKilledAnywhere("directly from an unencrypted image", anImage([{ sizeGiB: 8 }]));
