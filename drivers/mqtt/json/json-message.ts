/** Levels of a message: a deeper one is no JSON here. Whoever walks or writes what was read needs a level of stack each. */
export const depthMax = 64;

/** A message as JSON, or as the text it is. */
export interface JsonMessage {
  readonly bytes: Buffer;
  readonly text: string;
  readonly isJson: boolean;
  /** It has more levels than it may; then it is no JSON either. */
  readonly isTooDeep: boolean;
  /** What it says; undefined when it is no JSON. */
  readonly root: unknown;
}

/** Reads a payload. Never throws; a byte order mark before it is passed over. */
export function readMessage(bytes: Buffer): JsonMessage {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const isTooDeep = isDeeper(bytes);
  const none = { bytes, text, isTooDeep, isJson: false, root: undefined };
  if (isTooDeep) return none;
  try {
    return { bytes, text, isTooDeep, isJson: true, root: JSON.parse(text) as unknown };
  } catch {
    return none;
  }
}

const [quote, backslash] = [0x22, 0x5c];
const [bracket, bracketEnd, brace, braceEnd] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Looks at bytes: no character beyond ASCII has one of these among its own in UTF-8. */
function isDeeper(bytes: Buffer): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (isText && byte === backslash) at += 1;
    else if (byte === quote) isText = !isText;
    else if (isText) continue;
    else if (byte === bracket || byte === brace) depth += 1;
    else if (byte === bracketEnd || byte === braceEnd) depth -= 1;
    if (depth > depthMax) return true;
  }
  return false;
}
