import { createHash } from 'node:crypto';
import type { DriverDevice, Happening, Json, Text } from '../../gateway/contract/index.js';
import type { DeviceSettings } from './device-schema.js';
import { type JsonPath, readJsonPath, wordOf } from './json-path.js';
import { parseJsonTime } from './json-time.js';
import { type JsonValue, readJsonValue } from './json-value.js';
import type { TagAddress } from './tag-schema.js';

export type HttpDevice = DriverDevice<DeviceSettings, TagAddress>;

/** What is wrong with a body, and where. */
export interface BodyFault {
  readonly field: string;
  readonly what: Text;
}

/** What a body says of one device. */
export interface DeviceBody {
  /** By group, one a tag of it; undefined where the body has no such path. */
  readonly values: ReadonlyMap<string, readonly (JsonValue | undefined)[]>;
  /** ms UTC; undefined where no time is declared or none stands there. */
  readonly at: number | undefined;
  readonly happenings: readonly Happening[];
  readonly faults: readonly BodyFault[];
  /** What the body says in place of data, by the device's `valid`. */
  readonly refusal: string | undefined;
}

/** Faults told of one body. */
const faultsMax = 20;
/** Happenings taken of one list of a body. */
export const happeningsMax = 1000;

/** Reads a body by what is declared of the device. Never throws. */
export function readBody({ name, settings, groups }: HttpDevice, body: unknown, zoneMinutes: number): DeviceBody {
  const faults: BodyFault[] = [];
  const fault = (field: string, en: string, zh: string): void => {
    if (faults.length < faultsMax) faults.push({ field, what: { en, zh } });
  };
  const { valid } = settings;
  const state = valid && wordOf(readJsonPath(body, valid.path));
  if (valid && !valid.is.some((one) => String(one) === state)) {
    return {
      values: new Map(),
      at: undefined,
      happenings: [],
      faults,
      refusal: `${valid.path.text} is ${state ?? 'missing'}`,
    };
  }
  const at = settings.time && readTime(body, settings.time, zoneMinutes, fault);
  const values = new Map(
    groups.map((group) => [group.name, group.tags.map(({ address }) => readTag(body, address, fault))]),
  );
  const happenings = settings.records.flatMap((one) => readRecords(name, one, body, zoneMinutes, fault));
  return { values, at, happenings, faults, refusal: undefined };
}

type Fault = (field: string, en: string, zh: string) => void;

function readTag(body: unknown, address: TagAddress, fault: Fault): JsonValue | undefined {
  const found = readJsonPath(body, address.path);
  if (found === undefined) return undefined;
  const value = readJsonValue(found, address);
  if (value.kind === 'wrong') {
    const { type = 'number' } = address;
    fault(address.path.text, `this is no ${type}`, `此处不是 ${type}`);
  }
  return value;
}

function readTime(body: unknown, path: JsonPath, zoneMinutes: number, fault: Fault, within = ''): number | undefined {
  const found = readJsonPath(body, path);
  if (found === undefined || found === null) return undefined;
  const at = parseJsonTime(found, zoneMinutes);
  if (at === undefined) fault(within + path.text, 'this is no time', '此处不是时间');
  return at;
}

function readRecords(
  device: string,
  { name, list, id, time }: DeviceSettings['records'][number],
  body: unknown,
  zoneMinutes: number,
  fault: Fault,
): Happening[] {
  const found = readJsonPath(body, list);
  if (found === undefined || found === null) return [];
  const items: readonly unknown[] = Array.isArray(found) ? found : [found];
  if (items.length > happeningsMax) {
    fault(list.text, `more than ${happeningsMax} records`, `超过 ${happeningsMax} 条记录`);
  }
  return items.slice(0, happeningsMax).flatMap((item, n) => {
    const within = Array.isArray(found) ? `${list.text}[${n}]` : list.text;
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      fault(within, 'a record is an object', '记录应为对象');
      return [];
    }
    const own = idOf(item, id);
    if (own === undefined) {
      fault(within, 'the record has no id', '记录没有 id');
      return [];
    }
    const at = time && readTime(item, time, zoneMinutes, fault, `${within}.`);
    return [{ device, name, at, id: own, fields: item as Readonly<Record<string, Json>> }];
  });
}

/** Undefined when what is declared to be its id is not there. Without one declared, all of it is. */
function idOf(item: object, id: DeviceSettings['records'][number]['id']): string | undefined {
  if (id === undefined) return createHash('sha256').update(JSON.stringify(item)).digest('base64url').slice(0, 22);
  const parts = [id].flat().map((path) => wordOf(readJsonPath(item, path)));
  const joined = parts.join('/');
  return !parts.includes(undefined) && joined !== '' && joined.length <= 200 ? joined : undefined;
}
