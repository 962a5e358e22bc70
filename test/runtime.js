const { createRequire } = require("node:module");
const path = require("node:path");
const Runtime = require("jest-runtime").default;

const PACKAGES = `${path.sep}node_modules${path.sep}`;
/** Jest's own packages, which keep the state of a test file in their modules. */
const OF_JEST = /^(@jest\/|jest-|expect$|pretty-format$)/;

/** Contents of files. Jest clears its cache at the end of each test file, and reads most files again for the next one. */
class Texts extends Map {
  clear() {
    return undefined;
  }
}

/** State of the whole worker: exports of packages by importing file and name, and the contents of files. */
const known = new Map();
const texts = new Texts();

/**
 * Loads a package once for all test files of a worker: packages keep no state that affects tests. Jest loads every module again for every
 * file, which for the SDK and the constructs' framework takes longer than the tests of most files. It also reads every file again, which is
 * useful only if files change between two runs.
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

/** Modules of Node and of the workspace are left to Jest. */
function isPackage(name) {
  return !/^(\.|\/|node:|@keyferry\/)/.test(name) && !path.isAbsolute(name) && !OF_JEST.test(name);
}
