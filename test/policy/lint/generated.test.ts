import { keyPolicy, proofTarget, renderPolicy, runnerTrust } from "../../../policy";
import { lintReport, type LintSubject } from "../../../policy/lint";
import { keyDeclarations, runnerAccess, runnerPolicy } from "../../../topology";
import { acme, mutual, snapshots } from "../../_helpers/topologies";

/** Every policy that the sample topologies deploy, with all its known context. */
const GENERATED: readonly (readonly [string, LintSubject])[] = [acme(), mutual(), snapshots()].flatMap(
  (topology) => [
    ...keyDeclarations(topology).map((key): [string, LintSubject] => [
      `key policy of ${key.alias} in ${key.account}, ${key.region}`,
      {
        document: renderPolicy(keyPolicy(key), proofTarget),
        context: { account: key.account, region: key.region, keyArn: proofTarget.keyArn(key) },
      },
    ]),
    ...topology.accounts.flatMap((account): [string, LintSubject][] => {
      const access = runnerAccess(topology, account);
      const context = { account: account.id, inline: true };
      return [
        [
          `policy of ${access.roleName} in ${account.id}`,
          { document: renderPolicy(runnerPolicy(access), proofTarget), context },
        ],
        [
          `trust policy of ${access.roleName} in ${account.id}`,
          { document: renderPolicy(runnerTrust(access), proofTarget), context },
        ],
      ];
    }),
  ],
);

test.each(GENERATED)("%s passes every rule", (_name, subject) => {
  const report = lintReport(subject);
  expect(report.findings).toEqual([]);
  expect(report.kind).toBeDefined();
});
