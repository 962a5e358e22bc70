import { runProcess } from "./process";

/** The entry of the `keyferry` command: runs when it is loaded. */
runProcess();
