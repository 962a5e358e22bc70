/** Prints the problems that publint and "are the types wrong" find in a packed package as JSON: `node judge_package.mjs DIRECTORY TARBALL`. */
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/** README.md links to the repository's CONTRIBUTING.md. */
const MEANT = /CONTRIBUTING\.md/;

/** TypeScript's old module resolution, named after Node 10, does not support `exports`; the documentation says that it cannot be used. */
const UNSUPPORTED = "node10";

/** Only loaded by `node -r`, never imported. */
const UNTYPED = "./typescript";

const [, , pkgDir, tarball] = process.argv;
const { messages, pkg } = await publint({ pkgDir, strict: true, pack: false });
const { problems } = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
console.log(
  JSON.stringify({
    publint: messages.map((message) => formatMessage(message, pkg)).filter((text) => !MEANT.test(text)),
    types: problems.filter(
      ({ resolutionKind, entrypoint }) => resolutionKind !== UNSUPPORTED && entrypoint !== UNTYPED,
    ),
  }),
);
