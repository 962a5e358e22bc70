export interface EmulatorErrorDetails {
  /** Stable PascalCase id, e.g. `DumpNotReadable`. */
  readonly code: string;
  /** What to do about it, as one sentence. */
  readonly fix?: string;
}

/** What the emulator refuses or cannot do, apart from the errors that it answers as AWS. */
export class EmulatorError extends Error {
  readonly code: string;
  readonly fix?: string;

  constructor(message: string, { code, fix }: EmulatorErrorDetails) {
    super(message);
    this.name = code;
    this.code = code;
    this.fix = fix;
  }
}
