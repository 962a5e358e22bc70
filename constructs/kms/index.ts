export {
  CustomerManagedKey,
  type CustomerManagedKeyProps,
  type KeyLookupProps,
} from "./customer-managed-key";
export { ImportedKey, type ImportedKeyProps } from "./imported-key";
export type { IKey } from "./key";
export { KeyGrants, type CopyingRole } from "./key-grants";
export { KeyRoleGrants } from "./key-role-grants";
export { ReplicaKey, type ReplicaKeyProps } from "./replica-key";
export { ServiceLinkedRoleGrant, type ServiceLinkedRoleGrantProps } from "./service-linked-role-grant";
