import { runSandbox } from "./program";

/** The rehearsal cloud alone, as `keyferry-sandbox`: with the optimising compiler, which short commands run without. */
void runSandbox(process.argv.slice(2)).then((code) => process.exit(code));
