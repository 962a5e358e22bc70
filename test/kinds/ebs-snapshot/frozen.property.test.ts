import { aSnapshot, describeFrozenAnywhere } from "../../e2e/lib/frozen-anywhere";

/** A sample; test/e2e/freeze-snapshots.e2e.test.ts freezes runs at every call. */
describeFrozenAnywhere("of a snapshot through a transit copy", aSnapshot("alias/app-data"), 4);
