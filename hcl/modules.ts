import type { ModuleDeclaration } from "./declaration";
import { customerManagedKey } from "./declared/customer-managed-key";
import { keyGrants } from "./declared/key-grants";
import { sharedImageLaunchTemplate } from "./declared/shared-image-launch-template";
import { filesOf } from "./files";

/** All modules in `modules/`. */
export const MODULES: readonly ModuleDeclaration[] = [
  customerManagedKey,
  keyGrants,
  sharedImageLaunchTemplate,
];

/** Every file below `modules/`, by its path there. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    MODULES.flatMap((declaration) =>
      Object.entries(filesOf(declaration)).map(([file, text]) => [`${declaration.name}/${file}`, text]),
    ),
  );
}
