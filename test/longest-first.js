const path = require("node:path");
const Sequencer = require("@jest/test-sequencer").default;

/** About how many seconds the longest end-to-end files take, by name; the others take `USUALLY`, and unit tests next to none. */
const SECONDS = {
  "crash-through-transit": 150,
  "crash-straight": 130,
  deploy: 350,
  "killed-deploy": 250,
  keys: 250,
  "life-of-a-topology": 220,
  mutation: 200,
  thread: 200,
  "freeze-process": 200,
  rollout: 180,
  "crash-snapshots": 170,
  "sandbox-terraform-stacks": 150,
  demo: 130,
  "lost-answers": 120,
  snapshots: 120,
  "sandbox-foreign-programs": 110,
  "served-provider": 110,
  "state-in-a-bucket": 110,
};
const USUALLY = 50;

/**
 * Starts the longest files first, so that no worker is left with one when the others have ended. Jest would go by how long they
 * took the last time, which a fresh checkout does not know, and by their size, which says nothing here.
 */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => seconds(other.path) - seconds(one.path));
  }
};

function seconds(file) {
  const [name, rest] = path.basename(file).split(".e2e.test.ts");
  if (rest === undefined) return 0;
  return SECONDS[name] ?? USUALLY;
}
