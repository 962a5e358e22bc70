import fc from "fast-check";

// Properties look for new counterexamples wherever people work; a build judges a change, and must judge it twice alike.
if (process.env["CI"] === "true") fc.configureGlobal({ seed: 2026 });

export default fc;
