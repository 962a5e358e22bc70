import type { KeyReference } from "./document";

/** An account that copies from a transit key: its runner role is let in. */
export interface Copier {
  /** 12 digits. */
  readonly account: string;
  /** Name of the runner role there. */
  readonly runnerRole: string;
}

/** A key of the foundation and who uses it; the input of its key policy. */
export interface KeyDeclaration extends KeyReference {
  readonly partition: string;
  /** `home`: copies end under it. `transit`: copies travel under it to other accounts. */
  readonly purpose: "home" | "transit";
  /** Other accounts that copy from it; none for a home key. */
  readonly copiers: readonly Copier[];
  /** Whether the own account's Auto Scaling group launches instances under it. */
  readonly launches: boolean;
  /** Whether it is the EBS default key of its account and Region: everybody there then uses it through EC2. @default false */
  readonly ebsDefault?: boolean;
}
