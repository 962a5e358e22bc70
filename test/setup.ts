import { Testing } from "cdktf";
import fc from "fast-check";

Testing.setupJest();

// A test that takes milliseconds may take seconds on a machine that does something else; only one that hangs should fail.
jest.setTimeout(30_000);

// Properties look for new counterexamples wherever people work; a build judges a change, and must judge it twice alike.
if (process.env["CI"] === "true") fc.configureGlobal({ seed: 2026 });
