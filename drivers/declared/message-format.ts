/** Text, or a number; NaN where the instrument leaves a field empty or says it is void. */
export type FieldValue = number | string;

/** What the next bytes are. Every step but the last uses bytes up, so a reader always comes to an end. */
export type Step =
  /** A whole message, its checksum right. */
  | {
      readonly kind: 'message';
      readonly start: number;
      readonly end: number;
      readonly fields: ReadonlyMap<string, FieldValue>;
    }
  /** A whole message of another kind. */
  | { readonly kind: 'other'; readonly end: number }
  /** Not to be believed. `isCut`: the end was not found either, so what follows is the rest of it. */
  | { readonly kind: 'damaged'; readonly end: number; readonly why: string; readonly isCut?: true }
  /** Nothing whole yet; the bytes before `from` will never matter. */
  | { readonly kind: 'wanting'; readonly from: number };

/** Finds messages of one kind among bytes. Pure; what it gives depends on the bytes from `from` on alone. */
export interface MessageFormat {
  /** Nothing that is wanted is longer: more bytes than this are never held. */
  readonly bytesMax: number;
  /** True when only the end of a message is marked: the first one heard may have lost its beginning. */
  readonly isEndMarkedOnly: boolean;
  next(bytes: Uint8Array, from: number): Step;
}

/** The first place at or after `from` where these bytes stand; -1 when they do not. */
export const indexOfBytes = (bytes: Uint8Array, wanted: Uint8Array, from: number): number =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(wanted, from);
