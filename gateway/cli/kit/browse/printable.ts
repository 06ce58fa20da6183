/** Control characters (C0, C1, DEL) and those that turn the direction of a line: a server's text must not steer a terminal. */
const unprintable = String.raw`\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069`;
const anywhere = new RegExp(String.raw`[\u0000-\u001f${unprintable}]`, 'g');
const inJson = new RegExp(`[${unprintable}]`, 'g');

/** A text of a server as it may be shown to people, on one line. */
export const printable = (text: string): string => text.replaceAll(anywhere, '\ufffd');

/** Longer names are cut where they are shown: one of a million letters is no name. */
const nameMax = 60;

/** The beginning of a text of a server, as it may be shown to people. */
export const shortened = (text: string, max = nameMax): string =>
  printable(text.length > max ? `${text.slice(0, max - 1)}…` : text);

/** JSON, which is YAML as well, that says the same and is safe to be printed: it escapes by itself C0 alone. */
export const printableJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replaceAll(
    inJson,
    (mark) => String.raw`\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
