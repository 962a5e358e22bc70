import { aRegisteredImage, describeFrozenAnywhere } from "../../../e2e/lib/frozen-anywhere";

/** Samples of the calls, including some of CopySnapshot and RegisterImage. */
describeFrozenAnywhere("of an image that is registered", aRegisteredImage("mixed"), 2);
describeFrozenAnywhere(
  "of an image that is registered, without a transit copy",
  aRegisteredImage("transit"),
  4,
);
