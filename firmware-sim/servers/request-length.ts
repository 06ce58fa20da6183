/**
 * Bytes of a request's protocol data unit by its function (Application Protocol V1.1b3 §6): undefined while too little of
 * it is there to tell, 0 for a function this simulator does not know.
 */
export function requestLength(start: Uint8Array): number | undefined {
  switch (start[0]) {
    case undefined:
      return undefined;
    case 0x01:
    case 0x02:
    case 0x03:
    case 0x04:
    case 0x05:
    case 0x06:
    case 0x08:
      return 5;
    case 0x0f:
    case 0x10:
      return start[5] === undefined ? undefined : 6 + start[5];
    case 0x16:
      return 7;
    case 0x17:
      return start[9] === undefined ? undefined : 10 + start[9];
    default:
      return 0;
  }
}
