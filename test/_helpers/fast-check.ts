import fc from "fast-check";

// On developers' machines, property tests search for new counterexamples; CI uses a fixed seed, so that its results are reproducible.
if (process.env["CI"] === "true") fc.configureGlobal({ seed: 2026 });

export default fc;
