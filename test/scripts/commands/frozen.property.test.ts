import { anImage, describeFrozenAnywhere } from "../../e2e/lib/frozen-anywhere";

/** A sample; test/e2e/freeze-*.e2e.test.ts freezes runs at every call. */
describeFrozenAnywhere("directly from the source image", anImage("plain"), 3);
