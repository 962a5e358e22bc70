import { anImage, describeFrozenAnywhere } from "./lib/frozen-anywhere";

jest.setTimeout(900_000);

describeFrozenAnywhere("straight from an unencrypted image", anImage("plain"));
