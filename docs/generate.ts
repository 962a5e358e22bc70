import fs from "node:fs";
import path from "node:path";
import { deployRoleDoc } from "../policy/deploy-role-doc";
import { jsonSchema, withRules } from "../review";
import { permissionsDoc } from "../topology/permissions-doc";
import { createClock } from "../packages/emulator/clock";
import { composeFrame } from "../packages/emulator/compose";
import { judgedDoc } from "../test/e2e/lib/moto-verdicts";
import { withCommands } from "./commands-doc";
import { constructsDoc } from "./constructs-doc";
import { topologyDoc } from "./topology-doc";
import { withOperations } from "../packages/emulator/readme-tables";

/** `npm run docs`: writes the generated pages of this directory, and the operations in the rehearsal cloud's README. */
fs.writeFileSync(path.join(__dirname, "permissions.md"), permissionsDoc());
fs.writeFileSync(path.join(__dirname, "deploy-role.md"), deployRoleDoc());
fs.writeFileSync(path.join(__dirname, "rehearsal-judged.md"), judgedDoc());
fs.writeFileSync(path.join(__dirname, "constructs.md"), constructsDoc());
fs.writeFileSync(path.join(__dirname, "topology.md"), topologyDoc());
fs.writeFileSync(
  path.join(__dirname, "review.schema.json"),
  `${JSON.stringify(jsonSchema(), undefined, 2)}\n`,
);

const review = path.join(__dirname, "review.md");
fs.writeFileSync(review, withRules(fs.readFileSync(review, "utf8")));

const commands = path.join(__dirname, "commands.md");
fs.writeFileSync(commands, withCommands(fs.readFileSync(commands, "utf8")));

const clock = createClock(1, () => undefined);
const notAsked = () => Promise.reject(new TypeError("the documentation is generated without calls to moto"));
const { services } = composeFrame(clock, notAsked, () => undefined);
const readme = path.join(__dirname, "../packages/emulator/README.md");
fs.writeFileSync(readme, withOperations(fs.readFileSync(readme, "utf8"), services));
