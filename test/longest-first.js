const path = require("node:path");
const Sequencer = require("@jest/test-sequencer").default;

/** Approximate duration of the longest files in seconds, by name. */
const SECONDS = {
  "package.e2e": 420,
  "killed-deploy.e2e": 300,
  "keys.e2e": 270,
  "rekey.e2e": 230,
  "crash-through-transit.e2e": 210,
  "buckets.e2e": 200,
  "crash-straight.e2e": 200,
  "life-of-a-topology.e2e": 190,
  "demo.e2e": 190,
  "freeze-process.e2e": 180,
  "lost-answers.e2e": 180,
  "store-restore.e2e": 170,
  "share-route.e2e": 160,
  "served-provider.e2e": 160,
  "deploy.e2e": 150,
  "named-keys.e2e": 140,
  "thread.e2e": 140,
  "state-in-a-bucket.e2e": 130,
  "sandbox-terraform-user.e2e": 110,
  "procedures-store-restore.e2e": 110,
  "rollout.e2e": 110,
  "existing-buckets.e2e": 110,
  "malformed.e2e": 100,
  "terraform-modules.e2e": 100,
  "sandbox-cli.e2e": 100,
  "snapshots.e2e": 100,
  "sandbox-terraform-stacks.e2e": 100,
  "procedures-bucket-replication.e2e": 100,
  "mutual.e2e": 100,
  "procedures-shared-images.e2e": 100,
  "crash-snapshots.e2e": 100,
  "launch-grants.e2e": 90,
  "procedures-imported-keys.e2e": 80,
  "sandbox-state.e2e": 80,
  "imported-key.e2e": 80,
  "bucket-replication.e2e": 80,
  "mutation.e2e": 80,
  "shared-keys.e2e": 80,
  "no-key-lost.property": 29,
  "mutation.property": 23,
  "frozen.property": 23,
  "frozen-clean.property": 21,
  "any-world.property": 20,
  "alike.property": 18,
  "permissions.property": 17,
  "stored-frozen.property": 15,
};
/** Duration of other files of a kind, by the end of their names; unit tests take almost no time. */
const USUALLY = { ".e2e": 35, ".property": 5 };

/**
 * Starts the longest files first, so that none of them is still running alone at the end. By default Jest sorts by the last
 * duration, which a fresh checkout does not have, and by file size, which is not related to duration here.
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
