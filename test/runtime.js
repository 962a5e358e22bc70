const { createRequire } = require("node:module");
const path = require("node:path");
const Runtime = require("jest-runtime").default;

const PACKAGES = `${path.sep}node_modules${path.sep}`;
/** Jest's own parts keep what they know of a test file in their modules. */
const OF_JEST = /^(@jest\/|jest-|expect$|pretty-format$)/;

/** Texts of files. Jest clears what it has read at the end of each test file, and reads most of it again for the next one. */
class Texts extends Map {
  clear() {
    return undefined;
  }
}

/** For the whole worker: exports of packages by who asks for which, and the texts of files. */
const known = new Map();
const texts = new Texts();

/**
 * Loads a package once for all test files of a worker: packages keep nothing that a test could tell. Jest loads every module of every file
 * anew, which for the SDK and the constructs' framework takes longer than most files' tests; and it reads every file anew, which pays
 * where somebody changes files between two runs.
 */
module.exports = class SharingPackages extends Runtime {
  constructor(config, environment, resolver, transformer, ownTexts, coverage, testFile, globalConfig) {
    const shared = globalConfig.watch || globalConfig.watchAll ? ownTexts : texts;
    super(config, environment, resolver, transformer, shared, coverage, testFile, globalConfig);
  }

  requireModuleOrMock(from, name) {
    if (!isPackage(name)) return super.requireModuleOrMock(from, name);
    const asked = `${path.dirname(from)} ${name}`;
    if (known.has(asked)) return known.get(asked);
    const load = createRequire(from);
    if (!load.resolve(name).includes(PACKAGES)) return super.requireModuleOrMock(from, name);
    const exported = load(name);
    known.set(asked, exported);
    return exported;
  }
};

/** Node's own modules and the workspace's are Jest's matter. */
function isPackage(name) {
  return !/^(\.|\/|node:|@keyferry\/)/.test(name) && !path.isAbsolute(name) && !OF_JEST.test(name);
}
