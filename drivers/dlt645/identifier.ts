/** Bytes of a data identifier. On the wire DI0 comes first, in tables and configuration DI3. */
export const identifierBytes = 4;

const pattern = /^[0-9A-Fa-f]{2}( ?)(?:[0-9A-Fa-f]{2}\1){2}[0-9A-Fa-f]{2}$/;

/** `02 01 01 00` or `02010100`, DI3 first; undefined when it is neither. */
export const parseIdentifier = (text: string): number | undefined =>
  pattern.test(text.trim()) ? Number.parseInt(text.replaceAll(' ', ''), 16) : undefined;

/** As the tables of DL/T 645-2007 annex A have it: `02 01 01 00`. */
export const formatIdentifier = (identifier: number): string =>
  Array.from(identifierToWire(identifier).reverse(), (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(
    ' ',
  );

export const identifierToWire = (identifier: number): Uint8Array =>
  Uint8Array.from([0, 8, 16, 24], (shift) => (identifier >>> shift) & 0xff);

/** The identifier data begins with; undefined when it is too short. */
export const identifierOf = (data: Uint8Array): number | undefined =>
  data.length < identifierBytes
    ? undefined
    : new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(0, true);
