/** What every command ends with. */
export const ExitCode = { fine: 0, failed: 1, wrong: 2, bug: 70 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * Something is not as it must be, and people can mend it: the message is in their language and says what to do. Printed
 * as it is, never with a stack. `wrong`: the configuration or the command line; `failed`: everything else.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: ExitCode;
  constructor(message: string, kind: 'failed' | 'wrong' = 'failed', options?: ErrorOptions) {
    super(message, options);
    this.exitCode = ExitCode[kind];
  }
}
