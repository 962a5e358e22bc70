import { anImage, describeFrozenAnywhere } from "./lib/frozen-anywhere";

jest.setTimeout(900_000);

describeFrozenAnywhere("directly from an unencrypted image", anImage("plain"));
