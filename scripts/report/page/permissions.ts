import { KEY_ROWS, RUNNER_TRUST_ROWS, type PermissionRow } from "../../../policy";
import { keyDeclarations, runnerAccess, type Topology, RUNNER_ROWS } from "../../../topology";
import { html, type Html } from "./html";

/** Every statement of the topology's policies with its reason, by the rows of the permission table. */
export function permissions(topology: Topology): Html {
  const keys = keyDeclarations(topology).map((key) => ({
    name: `${key.alias} in ${accountName(topology, key.account)} ${key.region}`,
    scope: key,
  }));
  const roles = topology.accounts.map((account) => ({
    name: `${account.runnerRole} in ${account.name}`,
    scope: runnerAccess(topology, account),
  }));
  return html`${part("Key policies", KEY_ROWS, keys)}
  ${part("Permissions of the runner roles", RUNNER_ROWS, roles)}
  ${part("Who can assume a runner role", RUNNER_TRUST_ROWS, roles)}`;
}

/** Names listed one by one; more are counted. */
const LISTED = 6;

function part<Scope>(
  title: string,
  rows: readonly PermissionRow<Scope>[],
  scopes: readonly { readonly name: string; readonly scope: Scope }[],
): Html {
  const applying = rows
    .map((row) => ({ row, where: scopes.filter(({ scope }) => row.grant(scope) !== undefined) }))
    .filter(({ where }) => where.length > 0);
  return html`<details>
    <summary>${title} <small>${statements(applying.length)}</small></summary>
    <table class="cards">
      <thead>
        <tr>
          ${["Statement", "Allows", "Because", "In"].map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${applying.map(
          ({ row, where }) =>
            html`<tr>
              <td data-head="Statement"><b>${row.id}</b><br /><small>${row.basis}</small></td>
              <td data-head="Allows">${row.actions.map((action) => html`<code>${action}</code> `)}</td>
              <td data-head="Because">${row.why} <small>${row.source}</small></td>
              <td data-head="In">${names(where)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`;
}

function statements(count: number): string {
  return count === 1 ? "one statement" : `${count} statements`;
}

function names(where: readonly { readonly name: string }[]): Html {
  const listed = where.slice(0, LISTED).map(({ name }) => html`<li>${name}</li>`);
  const rest = where.length - LISTED;
  return html`<ul>
    ${listed}${rest > 0 ? html`<li>and ${rest} more</li>` : undefined}
  </ul>`;
}

function accountName(topology: Topology, id: string): string {
  return topology.accounts.find((account) => account.id === id)?.name ?? id;
}
