import { runSandbox } from "./program";

/** The rehearsal cloud alone, as `keyferry-sandbox`: with all the speed that a command which ends soon leaves to others. */
void runSandbox(process.argv.slice(2)).then((code) => process.exit(code));
