import { isBehind, isBeingReplaced } from "../../engine/group-state";
import type { GroupStatus } from "../../engine/results";
import { groupText, isUpToDate } from "../groups-text";
import { cards } from "./cards";
import { html, type Html } from "./html";

const HEADS = ["Group", "Account and Region", "State", "Runs"];

/** Every Auto Scaling group with the images that it runs; on a phone each row becomes a card. */
export function groupsTable(groups: readonly GroupStatus[], now: Date): Html {
  return cards(
    HEADS,
    groups.map((status) => row(status, now)),
  );
}

function row(status: GroupStatus, now: Date): Html {
  const { group, accountName, account, region } = status;
  const [verdict, word] = stateOf(status);
  const runs = groupText(status, now).slice(`${group} in ${accountName} ${region}: `.length);
  return html`<tr>
    <td data-head="Group"><b>${group}</b></td>
    <td data-head="Account and Region">${accountName} <small>${account}</small> ${region}</td>
    <td data-head="State"><span class="chip ${verdict}">${word}</span></td>
    <td data-head="Runs">${runs}</td>
  </tr>`;
}

function stateOf(status: GroupStatus): readonly [verdict: string, word: string] {
  if (isUpToDate(status)) return ["proved", "up to date"];
  if (isBehind(status)) return ["failed", "behind"];
  if (status.unseen !== undefined) return ["pending", "unknown"];
  if (isBeingReplaced(status)) return ["moving", "being replaced"];
  return ["pending", status.running === undefined ? "not deployed" : "older image"];
}
