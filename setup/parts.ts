import type { Environment } from "./environment";
import { MOTO_VERSION, provideMoto } from "./moto";
import { findProvider, type ProviderSource } from "./provider";
import { PROVIDER_ADDRESS } from "./provider-layout";
import { providerVersion } from "./provider-version";
import { describeError } from "./report-error";
import { provideTerraform } from "./terraform";

/** One part that the project needs: where it is, or why it is not available and how to get it. */
export interface PartReport {
  readonly name: string;
  readonly found: boolean;
  readonly text: string;
}

/** Finds or downloads every part and reports all of them, including missing ones. Never rejects. */
export function provideParts(environment: Environment): Promise<PartReport[]> {
  return Promise.all([
    report("Terraform", async () => {
      const { path, version, origin } = await provideTerraform(environment);
      return `${version}, ${path} (${origin})`;
    }),
    report("AWS provider", () => {
      return `${PROVIDER_ADDRESS} ${providerVersion(environment)}, ${describeSource(findProvider(environment))}`;
    }),
    report("moto", async () => {
      const { python, origin } = await provideMoto(environment);
      return `${MOTO_VERSION}, ${python} (${origin})`;
    }),
  ]);
}

async function report(name: string, provide: () => Promise<string> | string): Promise<PartReport> {
  try {
    return { name, found: true, text: await provide() };
  } catch (error) {
    return { name, found: false, text: describeError(error) };
  }
}

function describeSource(source: ProviderSource): string {
  switch (source.kind) {
    case "user-config":
      return `installed as ${source.path} says`;
    case "implied-directory":
      return source.path;
    case "mirror":
      return `${source.path} (${source.origin})`;
    case "registry":
      return "from the registry when it is first needed";
  }
}
