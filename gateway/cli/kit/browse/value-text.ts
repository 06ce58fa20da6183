import type { BrowsedVariable } from '../../../../drivers/opcua/index.js';
import type { Json } from '../../../contract/index.js';
import { shortened } from './printable.js';

/** Longer values are cut: what a node is can be told by their beginning. */
const valueMax = 24;

/** Digits people look at; a Float has no more. */
const digitsMax = 7;

/** A data type, with the number of elements of an array. */
export const typeText = ({ dataType, elements }: BrowsedVariable): string =>
  `${shortened(dataType)}${elements === undefined ? '' : `[${elements}]`}`;

/** A value as people read it, on one line, with its unit; and its StatusCode where that is not plain `Good`. */
export function valueText({ value, elements, fields, unit, status }: BrowsedVariable): string {
  const shown = Array.isArray(value) ? value.length : Object.keys(value ?? {}).length;
  const isPart = (elements ?? fields.length) > shown;
  const text = shortened(`${plain(value)}${isPart ? ', …' : ''}`, valueMax);
  const withUnit = unit === '' || value === null ? text : `${text} ${shortened(unit, valueMax)}`;
  if (status === 'Good') return withUnit;
  return value === null ? status : `${withUnit} (${status})`;
}

function plain(value: Json): string {
  if (value === null) return '–';
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digitsMax)));
  if (typeof value === 'string') return value === '' ? '""' : value.slice(0, valueMax + 1);
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(plain).join(', ');
  return Object.entries(value)
    .map(([name, one]) => `${name} ${plain(one as Json)}`)
    .join(', ');
}
