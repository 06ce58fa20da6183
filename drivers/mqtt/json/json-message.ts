/** A message as JSON, or as the text it is. */
export interface JsonMessage {
  readonly bytes: Buffer;
  readonly text: string;
  readonly isJson: boolean;
  /** What it says; undefined when it is no JSON. */
  readonly root: unknown;
}

/** Reads a payload. Never throws; a byte order mark before it is passed over. */
export function readMessage(bytes: Buffer): JsonMessage {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  try {
    return { bytes, text, isJson: true, root: JSON.parse(text) as unknown };
  } catch {
    return { bytes, text, isJson: false, root: undefined };
  }
}
