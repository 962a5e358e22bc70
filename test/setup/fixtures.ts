import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { deflateRawSync } from "node:zlib";
import type { Environment } from "../../setup/environment";

const disposals: (() => void)[] = [];

/** To be called in `afterEach`: removes everything that the fixtures of a test created. */
export function dispose(): void {
  for (const each of disposals.splice(0)) each();
}

export function temporaryDirectory(): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), "keyferry-setup-"));
  disposals.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A Linux machine with an empty home, an empty project and an empty PATH, plus the variables given. */
export function machine(env: Environment["env"] = {}): Environment {
  const root = temporaryDirectory();
  const [home, cwd, bin] = [path.join(root, "home"), path.join(root, "project"), path.join(root, "bin")];
  for (const dir of [home, cwd, bin]) mkdirSync(dir);
  // The machine's own XDG_DATA_DIRS must not be searched.
  return {
    env: { PATH: bin, XDG_DATA_DIRS: path.join(root, "share"), ...env },
    home,
    cwd,
    platform: "linux",
    arch: "x64",
  };
}

/** Writes a file and its parent directories, and returns its path. */
export function file(target: string, content = ""): string {
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, content);
  return target;
}

/** Writes an executable shell script, and returns its path. */
export function script(target: string, ...lines: readonly string[]): string {
  file(target, ["#!/bin/sh", ...lines, ""].join("\n"));
  chmodSync(target, 0o755);
  return target;
}

/** A program that responds to `version -json` as Terraform does. */
export function fakeTerraform(target: string, version: string): string {
  return script(target, `echo '{"terraform_version": "${version}"}'`);
}

/** Responses of a fake Terraform by command, `plan` in every stack or `NAME plan` in one: its output is in a file, or empty. */
export type TerraformAnswers = Readonly<
  Record<string, { readonly prints?: string; readonly exitCode: number }>
>;

/** A fake Terraform that returns the given plans and results, and writes its calls into `calls`. */
export function workingTerraform(target: string, calls: string, answers: TerraformAnswers): string {
  const inOneStack = (command: string) => command.includes(" ");
  const ordered = Object.entries(answers).sort(([a], [b]) => Number(inOneStack(b)) - Number(inOneStack(a)));
  const cases = ordered.map(
    ([command, { prints, exitCode }]) =>
      `${inOneStack(command) ? `"${command}"` : `*" ${command}"`}) ${prints === undefined ? "" : `/bin/cat '${prints}'; `}exit ${exitCode} ;;`,
  );
  return script(
    target,
    `[ "$1" = version ] && { echo '{"terraform_version": "1.11.4"}'; exit 0; }`,
    `echo "\${PWD##*/} $*" >> '${calls}'`,
    'case "${PWD##*/} $1" in',
    ...cases,
    "*) exit 0 ;;",
    "esac",
  );
}

export interface ZipEntry {
  readonly name: string;
  readonly content: string;
  readonly stored?: boolean;
}

/** A ZIP archive in the form that other programs write. */
export function zip(entries: readonly ZipEntry[], comment = ""): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, stored } of entries) {
    const data = stored ? Buffer.from(content) : deflateRawSync(content);
    const extra = Buffer.alloc(4);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(stored ? 0 : 8, 8);
    local.writeUInt16LE(name.length, 26);
    local.writeUInt16LE(extra.length, 28);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(stored ? 0 : 8, 10);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt32LE(content.length, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name), extra, data);
    directory.push(central, Buffer.from(name));
    offset += local.length + name.length + extra.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, ...directory, end, Buffer.from(comment)]);
}

/** Serves the files by their paths on a free port of this machine; anything else is 404. */
export async function serve(
  files: Readonly<Record<string, Buffer>>,
): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    const content = files[request.url ?? ""];
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  disposals.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}
