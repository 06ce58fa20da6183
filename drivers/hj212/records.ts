import { splitOnce } from './segment.js';

/** What a station tells of one moment or period. */
export interface DataRecord {
  /** Its `DataTime` as written; undefined where the data has none. */
  readonly dataTime: string | undefined;
  /** `a21001-rtd` → `18.4`: keys in lower case, for stations differ in that. */
  readonly fields: ReadonlyMap<string, string>;
}

/** What is meant nobody knows, as with a value told twice, differently. No number is written so. */
const ambiguous = '?';

/**
 * The records of the content of one message: `DataTime=…;a21001-Rtd=18.4,a21001-Flag=N;…`. Fields are divided by `;` or
 * `,` alike: which goes where is not the same with all stations. Another `DataTime` begins another record.
 */
export function readRecords(content: string): readonly DataRecord[] {
  const records: { dataTime: string | undefined; fields: Map<string, string> }[] = [];
  let record = { dataTime: undefined as string | undefined, fields: new Map<string, string>() };
  let last = '';
  for (const field of content.split(/[;,]/)) {
    const [key, value] = splitOnce(field);
    if (key === '') continue;
    // `1,8` for 1.8: the comma has cut a number in two.
    if (!field.includes('=')) record.fields.set(last, ambiguous);
    else if (key !== 'DataTime') {
      last = key.toLowerCase();
      const known = record.fields.get(last);
      record.fields.set(last, known === undefined || known === value ? value : ambiguous);
    } else if (record.dataTime === undefined) record.dataTime = value;
    else if (record.dataTime !== value) {
      records.push(record);
      record = { dataTime: value, fields: new Map() };
    }
  }
  return [...records, record].filter(({ fields }) => fields.size > 0);
}

const numberPattern = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,2})?$/;

/** The number, or undefined where what is written is none. */
export const parseNumber = (text: string): number | undefined => (numberPattern.test(text) ? Number(text) : undefined);
