export interface EmulatorErrorDetails {
  /** Stable PascalCase id, e.g. `DumpNotReadable`. */
  readonly code: string;
  /** How to fix it, as one sentence. */
  readonly fix?: string;
}

/** Errors of the emulator itself, as opposed to the errors that it returns as AWS. */
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
