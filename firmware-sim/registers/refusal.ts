/** Exception codes of the Modbus Application Protocol V1.1b3 §7. */
export const Exception = {
  illegalFunction: 0x01,
  illegalAddress: 0x02,
  illegalValue: 0x03,
  deviceFailure: 0x04,
  gatewayTargetSilent: 0x0b,
} as const;

/** The unit answers with an exception. Never leaves the simulator. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: number;

  constructor(code: number) {
    super(`exception ${code}`);
    this.code = code;
  }
}
