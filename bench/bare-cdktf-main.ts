import { resourcesIn, writeBare } from "./bare-cdktf";

/** `bare-cdktf-main.ts FROM TO`: bare CDKTF as a separate process, which writes the resources of one output directory into another. */
const [from = "", to = ""] = process.argv.slice(2);
writeBare(resourcesIn(from), to);
