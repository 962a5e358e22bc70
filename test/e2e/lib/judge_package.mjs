/** Prints as JSON what publint and "are the types wrong" have against a packed package: `node judge_package.mjs DIRECTORY TARBALL`. */
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/** README.md leads there. */
const MEANT = /CONTRIBUTING\.md/;

/** Node 10 knows no `exports`; TypeScript's old way to resolve modules is named after it, and every page says that it will not do. */
const UNSUPPORTED = "node10";

/** Loaded by `node -r`, and imported by nobody. */
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
