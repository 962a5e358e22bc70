import { CreateAliasCommand, CreateKeyCommand, DescribeKeyCommand } from "@aws-sdk/client-kms";
import { isKeyArn } from "../policy";
import type { Administrator } from "./clients";

/** Returns the key of an alias and creates it if it does not exist. @returns its ARN */
export async function createKey({ kms }: Administrator, alias: string): Promise<string> {
  const found = await unlessRefused("NotFoundException", () =>
    kms.send(new DescribeKeyCommand({ KeyId: alias })),
  );
  if (found?.KeyMetadata?.Arn !== undefined) return found.KeyMetadata.Arn;
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: "Application data" }));
  await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyMetadata?.KeyId }));
  return KeyMetadata?.Arn ?? "";
}

/** Creates the keys that a source may be under, where the topology names them by alias; a key that is named by its ARN exists already. @returns their names */
export async function createSourceKeys(
  admin: Administrator,
  names: readonly string[],
): Promise<readonly string[]> {
  for (const name of names) if (!isKeyArn(name)) await createKey(admin, name);
  return names;
}

/** The call's result; undefined if AWS refuses it with this error. */
export async function unlessRefused<T>(refusal: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && error.name === refusal) return undefined;
    throw error;
  }
}
