const path = require("node:path");
const Sequencer = require("@jest/test-sequencer").default;

/** About how many seconds the longest files take, by name. */
const SECONDS = {
  "crash-through-transit.e2e": 150,
  "crash-straight.e2e": 130,
  "deploy.e2e": 180,
  "killed-deploy.e2e": 300,
  "keys.e2e": 580,
  "named-keys.e2e": 260,
  "shared-keys.e2e": 120,
  "share-route.e2e": 420,
  "life-of-a-topology.e2e": 220,
  "buckets.e2e": 280,
  "mutation.e2e": 200,
  "thread.e2e": 200,
  "freeze-process.e2e": 200,
  "rollout.e2e": 180,
  "crash-snapshots.e2e": 70,
  "replicate.e2e": 200,
  "rekey.e2e": 260,
  "store-restore.e2e": 240,
  "terraform-modules.e2e": 80,
  "shards.e2e": 60,
  "bucket-replication.e2e": 120,
  "sandbox-terraform-stacks.e2e": 150,
  "demo.e2e": 180,
  "lost-answers.e2e": 120,
  "snapshots.e2e": 120,
  "package.e2e": 420,
  "sandbox-foreign-programs.e2e": 110,
  "served-provider.e2e": 110,
  "state-in-a-bucket.e2e": 110,
  "frozen-clean.property": 13,
  "alike.property": 12,
  "any-world.property": 11,
  "consequences.property": 9,
};
/** What others of a kind take, by how their names end; unit tests take next to nothing. */
const USUALLY = { ".e2e": 50, ".property": 4 };

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
  const name = path.basename(file, ".test.ts");
  return SECONDS[name] ?? USUALLY[path.extname(name)] ?? 0;
}
