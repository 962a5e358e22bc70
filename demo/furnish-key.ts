import { CreateAliasCommand, CreateKeyCommand, DescribeKeyCommand } from "@aws-sdk/client-kms";
import { isKeyArn } from "../policy";
import type { Administrator } from "./clients";

/** The key of an alias, made where it is not there. @returns its ARN */
export async function createKey({ kms }: Administrator, alias: string): Promise<string> {
  const found = await unlessRefused("NotFoundException", () =>
    kms.send(new DescribeKeyCommand({ KeyId: alias })),
  );
  if (found?.KeyMetadata?.Arn !== undefined) return found.KeyMetadata.Arn;
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: "Application data" }));
  await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyMetadata?.KeyId }));
  return KeyMetadata?.Arn ?? "";
}

/** The keys that a source may be under, as far as they are named by aliases: whoever names one by its ARN has made it. @returns their names */
export async function createSourceKeys(
  admin: Administrator,
  names: readonly string[],
): Promise<readonly string[]> {
  for (const name of names) if (!isKeyArn(name)) await createKey(admin, name);
  return names;
}

/** The call's answer; undefined where AWS refuses it for this one reason. */
export async function unlessRefused<T>(refusal: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && error.name === refusal) return undefined;
    throw error;
  }
}
