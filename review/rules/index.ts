import type { Rule } from "../rule";
import { administrationGained } from "./administration-gained";
import { aliasRepointed } from "./alias-repointed";
import { bucketDestroyed } from "./bucket-destroyed";
import { bucketEncryption } from "./bucket-encryption";
import { bucketVersioning } from "./bucket-versioning";
import { copiesUnplanned } from "./copies-unplanned";
import { copiesUnread } from "./copies-unread";
import { copyAdded } from "./copy-added";
import { copyCostChanged } from "./copy-cost-changed";
import { copyDataChanged } from "./copy-data-changed";
import { copyKeyChanged } from "./copy-key-changed";
import { copyRemoved } from "./copy-removed";
import { copyRouteChanged } from "./copy-route-changed";
import { copySourceChanged } from "./copy-source-changed";
import { deletionWindowShortened } from "./deletion-window-shortened";
import { ebsDefaultChanged } from "./ebs-default-changed";
import { grantAdded } from "./grant-added";
import { grantOutside } from "./grant-outside";
import { grantRemoved } from "./grant-removed";
import { keyDestroyed } from "./key-destroyed";
import { keyDisabled } from "./key-disabled";
import { keyReleased } from "./key-released";
import { keyReplaced } from "./key-replaced";
import { keyWithoutAdministrator } from "./key-without-administrator";
import { knownAfterDeployment } from "./known-after-deployment";
import { openedOutside } from "./opened-outside";
import { openedToEverybody } from "./opened-to-everybody";
import { openedToProvider } from "./opened-to-provider";
import { publicAccessBlockOff } from "./public-access-block-off";
import { replicationChanged } from "./replication-changed";
import { replicationRemoved } from "./replication-removed";
import { rightGained } from "./right-gained";
import { rightLost } from "./right-lost";
import { roleRemoved } from "./role-removed";
import { rotationOff } from "./rotation-off";
import { rotationPeriod } from "./rotation-period";
import { sampled } from "./sampled";
import { totalCostChanged } from "./total-cost-changed";
import { unreadablePolicy } from "./unreadable-policy";
import { unreadResource } from "./unread-resource";

/** All rules, the most important first; findings are reported in this order. */
export const RULES: readonly Rule[] = [
  openedToEverybody,
  openedOutside,
  openedToProvider,
  grantOutside,
  administrationGained,
  keyDestroyed,
  keyReplaced,
  keyDisabled,
  keyWithoutAdministrator,
  bucketDestroyed,
  unreadablePolicy,
  unreadResource,
  aliasRepointed,
  rotationOff,
  bucketEncryption,
  bucketVersioning,
  publicAccessBlockOff,
  replicationRemoved,
  copySourceChanged,
  copyRemoved,
  copyKeyChanged,
  ebsDefaultChanged,
  rightGained,
  rightLost,
  grantAdded,
  grantRemoved,
  roleRemoved,
  keyReleased,
  replicationChanged,
  copyRouteChanged,
  copyAdded,
  copyDataChanged,
  copyCostChanged,
  totalCostChanged,
  rotationPeriod,
  deletionWindowShortened,
  knownAfterDeployment,
  copiesUnread,
  copiesUnplanned,
  sampled,
];
