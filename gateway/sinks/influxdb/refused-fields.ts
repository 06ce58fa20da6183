import type { Point, PointField } from './point.js';

const hourMs = 3_600_000;
/** Measurement-hours remembered; the oldest is forgotten first, and then costs one more search. */
const scopesMax = 200;

/**
 * Fields a server refused, so that one wrong field costs one search and not one a batch.
 *
 * A field's type is fixed within a shard, and a shard spans at least an hour (InfluxDB 1.x): so what is learnt from a
 * record holds for that measurement, field and type within the UTC hour of the record, and the next hour tries again.
 * No clock is asked: the same records lead to the same lines, but for what had to be learnt anew after a restart.
 */
export class RefusedFields {
  readonly #scopes = new Map<string, Map<string, string>>();

  get isEmpty(): boolean {
    return this.#scopes.size === 0;
  }

  remember(point: Point, field: PointField, reason: string): void {
    const scope = scopeOf(point);
    const fields = this.#scopes.get(scope) ?? new Map<string, string>();
    fields.set(fieldKey(field), reason);
    this.#scopes.set(scope, fields);
    if (this.#scopes.size > scopesMax) this.#scopes.delete(this.#scopes.keys().next().value as string);
  }

  /** Why this field would be refused again; undefined when it should be tried. */
  reasonFor(point: Point, field: PointField): string | undefined {
    return this.#scopes.get(scopeOf(point))?.get(fieldKey(field));
  }
}

/** The stamp is ns as text: its last six digits are no time. */
const scopeOf = ({ measurement, stamp }: Point): string =>
  `${Math.floor(Number(stamp.slice(0, -6)) / hourMs)} ${measurement}`;

const fieldKey = ({ type, name }: PointField): string => `${type} ${name}`;
