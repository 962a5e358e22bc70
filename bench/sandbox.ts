import { execFile, type ChildProcess } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { createClock } from "../packages/emulator/clock";
import { composeFrame } from "../packages/emulator/compose";
import { dispatch } from "../packages/emulator/dispatch";
import { put } from "../packages/emulator/services/ec2/shelf";
import type { Ec2State, Image, Snapshot } from "../packages/emulator/services/ec2/state";
import type { Bench, Measurement } from "./bench";
import { startSandbox } from "./sandbox-process";

/** `KEYFERRY_BENCH_LONG=1` runs a million calls. */
const CALLS = process.env["KEYFERRY_BENCH_LONG"] === "1" ? 1_000_000 : 200_000;
const WARM_UP = 20_000;
const QUARTERS = 4;
const CONNECTIONS = 16;
const RESOURCES = 50_000;
const FILTERED_RUNS = 20;
const ACCOUNT = "111111111111";
const REGION = "eu-west-1";
const MEBIBYTE = 1_048_576;
const ROOT = path.resolve(__dirname, "..");

/** The rehearsal cloud as its users run it: one process that listens, called by another; and a cloud full of images. */
export const sandboxBench: Bench = async () => [...(await served()), ...(await filtered())];

async function served(): Promise<readonly Measurement[]> {
  const startedAt = Date.now();
  const { child, url } = await startSandbox();
  try {
    const readyAfter = (Date.now() - startedAt) / 1000;
    const imageId = await publicImage(url);
    await ask(url, imageId, WARM_UP);
    const resident = [await residentMebibytes(child)];
    let seconds = 0;
    while (resident.length <= QUARTERS) {
      seconds += await ask(url, imageId, CALLS / QUARTERS);
      resident.push(await residentMebibytes(child));
    }
    return [
      { what: "from start to ready", value: readyAfter, unit: "s", aim: "under 5" },
      { what: "DescribeImages by id, one client process", value: CALLS / seconds, unit: "/s", aim: "2000" },
      ...resident.map((value, quarter) => ({
        what: `memory after ${(quarter * 100) / QUARTERS} % of ${CALLS} calls`,
        value,
        unit: "MiB",
        aim: quarter === 0 ? undefined : "flat",
      })),
    ];
  } finally {
    child.kill("SIGTERM");
  }
}

async function publicImage(url: string): Promise<string> {
  const answer = await fetch(url, {
    method: "POST",
    headers: HEADERS,
    body: "Action=DescribeImages&Owner.1=amazon",
  });
  return /<imageId>([^<]+)</.exec(await answer.text())?.[1] ?? "";
}

async function ask(url: string, imageId: string, calls: number): Promise<number> {
  const client = path.join(__dirname, "sandbox-client.ts");
  const argv = ["-r", "./bin/typescript.js", client, url, imageId, String(calls), String(CONNECTIONS)];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: ROOT });
  return Number(stdout);
}

async function residentMebibytes({ pid }: ChildProcess): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) / 1024;
}

/** Complete responses, created in this process: measures the cost of a filter without the network. */
async function filtered(): Promise<readonly Measurement[]> {
  const clock = createClock(1, () => undefined);
  const frame = composeFrame(clock, () => Promise.reject(new TypeError("no moto")), console.error);
  fill(frame.stores["ec2"] as Ec2State);
  const asked = {
    [`filter of ${RESOURCES} images by tag`]:
      "Action=DescribeImages&Owner.1=self&Filter.1.Name=tag:run&Filter.1.Value.1=7",
    [`filter of ${RESOURCES} images by name`]:
      "Action=DescribeImages&Filter.1.Name=name&Filter.1.Value.1=web-4999*",
    [`filter of ${RESOURCES} snapshots by description`]:
      "Action=DescribeSnapshots&Owner.1=self&Filter.1.Name=description&Filter.1.Value.1=of web-49999",
    [`one of ${RESOURCES} images by id`]: `Action=DescribeImages&ImageId.1=${imageIdOf(RESOURCES - 1)}`,
  };
  const measured: Measurement[] = [];
  for (const [what, form] of Object.entries(asked)) {
    const call = () => dispatch(frame, requestOf(form));
    for (let run = 0; run < FILTERED_RUNS / 4; run++) await call();
    const startedAt = process.cpuUsage();
    for (let run = 0; run < FILTERED_RUNS; run++) await call();
    const { user, system } = process.cpuUsage(startedAt);
    measured.push({ what, value: (user + system) / 1000 / FILTERED_RUNS, unit: "ms", aim: "under 50" });
  }
  clock.stop();
  return measured;
}

const HEADERS = {
  authorization: `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/${REGION}/ec2/aws4_request, SignedHeaders=host, Signature=0`,
  "content-type": "application/x-www-form-urlencoded; charset=utf-8",
};

function requestOf(form: string) {
  const body = Buffer.from(form);
  return { method: "POST", path: "/", query: new URLSearchParams(), rawQuery: "", headers: HEADERS, body };
}

const idOf = (prefix: string, index: number) => `${prefix}-${index.toString(16).padStart(17, "0")}`;
const imageIdOf = (index: number) => idOf("ami", index);

function fill(state: Ec2State): void {
  const created = new Date(0).toISOString();
  for (let index = 0; index < RESOURCES; index++) {
    const snapshotId = idOf("snap", index);
    const snapshot: Snapshot = {
      snapshotId,
      region: REGION,
      owner: ACCOUNT,
      volumeId: "vol-ffffffff",
      volumeSize: 8,
      dataBytes: MEBIBYTE,
      description: `of web-${index}`,
      startTime: created,
      public: false,
      createVolumePermissions: [],
      state: "completed",
      progress: 100,
    };
    const image: Image = {
      imageId: imageIdOf(index),
      region: REGION,
      owner: ACCOUNT,
      name: `web-${index}`,
      traits: {
        architecture: "x86_64",
        rootDeviceName: "/dev/xvda",
        virtualizationType: "hvm",
        platformDetails: "Linux/UNIX",
        usageOperation: "RunInstances",
        enaSupport: true,
      },
      devices: [
        {
          deviceName: "/dev/xvda",
          ebs: { snapshotId, volumeSize: 8, volumeType: "gp3", deleteOnTermination: true, encrypted: false },
        },
      ],
      creationDate: created,
      public: false,
      launchPermissions: [],
      state: "available",
    };
    put(state.snapshots, snapshotId, snapshot);
    put(state.images, image.imageId, image);
    state.tags[`${ACCOUNT}/${image.imageId}`] = { run: String(index % 1000) };
  }
}
