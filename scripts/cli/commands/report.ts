import { workspace } from "../../../core/workspace";
import { auditWindow } from "../../api/audit";
import { openFoundation } from "../../api/foundation";
import { lastJourney } from "../../engine/history";
import { readJournal } from "../../engine/journal";
import { isAwsError } from "../../aws";
import type { Report, SeenReplication } from "../../engine/results";
import { reportPage } from "../../report/page";
import { leftOutOf, partText } from "../../report/part-text";
import { hanging } from "../../report/wrap";
import { outsideTopology } from "../../commands/outside";
import { audit as auditOf } from "../../commands/audit";
import { plan } from "../../commands/plan";
import { replicationStatus } from "../../commands/replicate/status";
import { verify } from "../../commands/verify";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { resultFile } from "../result-file";
import type { Session } from "../../api/session";
import { openSession, type CommonOptions } from "../session";
import { widthOf } from "../width";
import { writeWhole } from "../../../core/whole-file";

export interface ReportOptions extends CommonOptions {
  /** Path of the page, relative to the working directory. @default - report.html; in a rehearsal, below its directory */
  readonly out?: string;
  readonly offline?: boolean;
  /** Whether it shows who has used the keys. @default false */
  readonly audit?: boolean;
  /** Start of the period. @default - 7 days ago */
  readonly since?: Date;
}

/** `keyferry report`: writes a page that can be shared; changes nothing in AWS. */
export async function reportCommand(host: Host, options: ReportOptions): Promise<number> {
  const given = options.out === undefined ? {} : { given: options.out };
  const file = resultFile(host, { name: "report.html", option: "--out", ...given });
  const session = await openSession(host, options);
  const { topology, aws, journal } = session;
  const records = readJournal(journal);
  const journey = lastJourney(records);
  const look = { topology, aws, clock: host.clock };
  const foundation = openFoundation(session);
  const report: Report = {
    topology,
    cloud: workspace(host.env, host.cwd).kind,
    madeAt: host.clock.now(),
    ...(journey === undefined ? {} : { journey }),
    ...(options.offline === true
      ? {}
      : {
          seen: {
            plan: await plan(look, records),
            verification: await verify(look, foundation),
            outside: await outsideTopology(look, foundation),
            ...(topology.buckets.length === 0 ? {} : { replication: await seenReplication(host, session) }),
            ...(options.audit === true
              ? { audit: await auditOf(foundation, auditWindow(host.clock.now(), options)) }
              : {}),
          },
        }),
  };
  writeWhole(file, reportPage(report));
  const part = partText(report);
  const partial = journey?.part === undefined ? {} : { only: journey.part.only, leftOut: leftOutOf(report) };
  host.out(
    options.json === true
      ? JSON.stringify({ file, ...partial })
      : [`written to ${file}`, ...(part === undefined ? [] : [hanging(part, widthOf(host).columns)])].join(
          "\n",
        ),
  );
  return EXIT.done;
}

/** The report is also written if the buckets cannot be read. */
async function seenReplication(host: Host, { topology, run }: Session): Promise<SeenReplication> {
  try {
    const aws = host.connectToBuckets(topology, `keyferry-${run}`);
    return { statuses: await replicationStatus({ topology, aws }) };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return { statuses: [], unseen: error.message };
  }
}
