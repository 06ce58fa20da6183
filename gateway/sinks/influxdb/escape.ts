/**
 * Spelling of names and texts in line protocol (InfluxDB 1.x, "Line protocol reference", Special characters).
 * A backslash only escapes what follows it, so one before a comma, quote, space, equals sign or the end of a name cannot be
 * written, and a line break ends the line: each becomes `_`. So does `#` before a measurement, else the line would be a
 * comment.
 */

const unspeakable = /\p{Cc}|\\(?=[,"= ]|$)/gu;

/** True when a name cannot be written as it is. */
export const isUnspeakable = (name: string): boolean => name.search(unspeakable) !== -1;

/** A measurement: commas and spaces are escaped. */
export const measurementName = (name: string): string =>
  name.replace(unspeakable, '_').replace(/^#/, '_').replace(/[, ]/g, '\\$&');

/** A tag key, tag value or field key: commas, equals signs and spaces are escaped. */
export const keyName = (name: string): string => name.replace(unspeakable, '_').replace(/[,= ]/g, '\\$&');

/** A text field with its quotes. Line breaks are legal inside. */
export const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
