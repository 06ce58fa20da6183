/** Control characters (C0, C1, DEL) and those that turn the direction of a line: a server's text must not steer a terminal. */
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text of a server as it may be shown to people, on one line. */
export const printable = (text: string): string => text.replaceAll(unprintable, '\ufffd');
