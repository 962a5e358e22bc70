export interface Volume {
  readonly volumeId: string;
  readonly region: string;
  readonly owner: string;
  readonly availabilityZone: string;
  /** GiB. */
  size: number;
  readonly dataBytes: number;
  volumeType: string;
  iops?: number;
  throughput?: number;
  readonly snapshotId?: string;
  readonly keyArn?: string;
  readonly createTime: string;
  state: "creating" | "in-use" | "available" | "error";
  attachment?: Attachment;
  modification?: VolumeModification;
}

export interface VolumeShape {
  readonly size: number;
  readonly volumeType: string;
  readonly iops?: number;
  readonly throughput?: number;
}

export interface VolumeModification {
  readonly original: VolumeShape;
  readonly target: VolumeShape;
  readonly startTime: string;
  state: "modifying" | "optimizing" | "completed";
  endTime?: string;
  /** 0 to 100. */
  progress: number;
}

export interface Attachment {
  readonly instanceId: string;
  readonly deviceName: string;
  readonly attachTime: string;
  deleteOnTermination: boolean;
  /** @default - attached */
  readonly status?: "attaching" | "detaching";
}
