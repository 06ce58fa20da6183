/** What a field holds, as InfluxDB tells types apart: a field has one type within a shard. */
export type FieldType = 'float' | 'integer' | 'boolean' | 'string';

/** What stands or falls together in a point: a value and its quality are stored both or neither. */
export interface PointField {
  readonly name: string;
  readonly type: FieldType;
  /** In line protocol, for example `t=21.5,t_quality=1083441152i`. */
  readonly text: string;
}

/** One point taken apart, for the rare case that its server refuses some of it. */
export interface Point {
  /** Measurement as the server knows it, before escaping. */
  readonly measurement: string;
  /** Measurement and tags in line protocol. */
  readonly key: string;
  readonly fields: readonly PointField[];
  /** ns, as text: more digits than a number holds. */
  readonly stamp: string;
}

/** One line, with its line break, of some of a point's fields. */
export const pointLine = ({ key, stamp }: Point, fields: readonly PointField[]): string =>
  `${key} ${fields.map(({ text }) => text).join(',')} ${stamp}\n`;

/**
 * Nanoseconds: time in ms, then a counter's last six digits, so that two records of one millisecond stay two points and
 * the same record always gets the same stamp.
 */
export const stampNs = (timeMs: number, counter: number): string =>
  Math.trunc(timeMs) + String(1_000_000 + (counter % 1_000_000)).slice(1);
