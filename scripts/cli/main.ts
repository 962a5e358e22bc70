import { runProcess } from "./process";

/** The entry point of the `keyferry` command; runs when it is loaded. */
runProcess();
