/** Bytes of UTF-8 a text value may have; a longer one is none. */
const textBytesMax = 64 * 1024;

export const isTextTooLong = (text: string): boolean => Buffer.byteLength(text) > textBytesMax;

/** Why a text is none, for the log. */
export const textTooLong = `a text has ${textBytesMax} bytes at most`;
