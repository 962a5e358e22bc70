import { aStoredImage, describeFrozenAnywhere } from "../../e2e/lib/frozen-anywhere";

/** A sample of the calls. */
describeFrozenAnywhere("of an image through S3", aStoredImage(), 2);
