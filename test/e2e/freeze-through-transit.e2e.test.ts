import { anImage, describeFrozenAnywhere } from "./lib/frozen-anywhere";

jest.setTimeout(900_000);

describeFrozenAnywhere("through a transit copy", anImage("mixed"));
