import fs from "node:fs";
import path from "node:path";
import { permissionsDoc } from "../policy/permissions-doc";

/** `npm run docs`: writes what is generated in this directory. */
fs.writeFileSync(path.join(__dirname, "permissions.md"), permissionsDoc());
