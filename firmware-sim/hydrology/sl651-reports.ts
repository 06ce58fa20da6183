import type { DeviceModel } from '../../gateway/contract/index.js';
import { bcdField } from './sl651-codec.js';

/** What a station can be made to send. */
export type ReportKind =
  | 'keep-alive'
  | 'test'
  | 'uniform'
  | 'timed'
  | 'extra'
  | 'hourly'
  | 'manual'
  | 'picture'
  | 'status'
  | 'clock'
  | 'unknown';

export const reportCodes: Readonly<Record<ReportKind, number>> = {
  'keep-alive': 0x2f,
  test: 0x30,
  uniform: 0x31,
  timed: 0x32,
  extra: 0x33,
  hourly: 0x34,
  manual: 0x35,
  picture: 0x36,
  status: 0x46,
  clock: 0x4a,
  unknown: 0x4e,
};

/** Level and rain of five minutes. */
export interface Sample {
  readonly levelM: number;
  readonly rainMm: number;
}

export interface StationState {
  readonly station: string;
  /** `K` reservoir, `P` rain, `H` river. */
  readonly stationClass: 'K' | 'P' | 'H';
  readonly model: DeviceModel;
  /** The last hour, the oldest first. */
  readonly samples: readonly Sample[];
  /** Says 11 bytes of the 24 of F5H, as real ones do. */
  readonly isWrongDefinition: boolean;
}

export interface Extra {
  /** Of a manual report. */
  readonly text?: string;
  /** Of a picture report. */
  readonly picture?: Buffer;
}

const perHour = 12;
const levelElement = { K: '3B', H: '39', P: '39' } as const;
const levelName = { K: 'ZU', H: 'Z', P: 'Z' } as const;

const valueOf = ({ model }: StationState, name: string): number => Number(model.values[name] ?? 0);

/** Fields after serial number and time of a HEX/BCD body, as digits. `time` has the 12 digits of now. */
export function hexFields(kind: ReportKind, state: StationState, time: string, extra: Extra): string {
  const classCode = Buffer.from(state.stationClass, 'latin1').toString('hex').toUpperCase();
  const station = `F1F1${state.station}${classCode}`;
  const observed = `F0F0${time.slice(0, 10)}`;
  const level = levelElement[state.stationClass];
  const current = [
    bcdField('20', valueOf(state, 'rainMm'), 3, 1),
    bcdField('26', valueOf(state, 'rainTotalMm'), 3, 1),
    bcdField(level, valueOf(state, 'levelM'), 4, 3),
    bcdField('38', valueOf(state, 'batteryV'), 2, 2),
  ].join('');
  const status = `4520${valueOf(state, 'status').toString(16).toUpperCase().padStart(8, '0')}`;
  switch (kind) {
    case 'keep-alive':
      return '';
    case 'test':
    case 'timed':
      return station + observed + current + status;
    case 'extra':
      return station + observed + current;
    case 'uniform': {
      const levels = state.samples.map(({ levelM }) => bcdField('', levelM, 4, 3).slice(2)).join('');
      return `${station}F0F0${earlier(time, state.samples.length - 1)}0418000005${level}23${levels}`;
    }
    case 'hourly': {
      const begin = `F0F0${earlier(time, perHour - 1)}`;
      const rain = inHour(state, ({ rainMm }) => byteText(rainMm * 10, 2));
      const levels = inHour(state, ({ levelM }) => byteText(levelM * 100, 4));
      const definition = state.isWrongDefinition ? '5C' : 'C0';
      return `${station}${begin}F460${rain}F5${definition}${levels}${observed}${current}`;
    }
    case 'manual':
      return `F2F2${Buffer.from(extra.text ?? '')
        .toString('hex')
        .toUpperCase()}`;
    case 'picture':
      return `${station}${observed}F3F3${(extra.picture ?? Buffer.alloc(0)).toString('hex').toUpperCase()}`;
    case 'status':
      return `F1F1${state.station}${status}`;
    case 'clock':
      return `F1F1${state.station}`;
    case 'unknown':
      return `F1F1${state.station}DEADBEEF`;
  }
}

/** The same in characters. */
export function asciiFields(kind: ReportKind, state: StationState, time: string, extra: Extra): string {
  const heading = `ST ${state.station} ${state.stationClass} TT ${time.slice(0, 10)} `;
  const name = levelName[state.stationClass];
  const level = valueOf(state, 'levelM').toFixed(3);
  const rain = `PJ ${valueOf(state, 'rainMm').toFixed(1)} PT ${valueOf(state, 'rainTotalMm').toFixed(1)} `;
  const current = `${heading}${rain}${name} ${level} VT ${valueOf(state, 'batteryV').toFixed(2)} `;
  const begin = (steps: number): string => `ST ${state.station} ${state.stationClass} TT ${earlier(time, steps)} `;
  switch (kind) {
    case 'keep-alive':
      return '';
    case 'uniform':
      return `${begin(state.samples.length - 1)}DRN05 ${name} ${state.samples.map(({ levelM }) => levelM.toFixed(3)).join(' ')} `;
    case 'hourly': {
      const amounts = inHour(state, ({ rainMm }) => byteText(rainMm * 10, 2));
      const levels = inHour(state, ({ levelM }) => byteText(levelM * 100, 4));
      return `${begin(perHour - 1)}DRP ${amounts} DRZ1 ${levels} TT ${time.slice(0, 10)} ${name} ${level} `;
    }
    case 'manual':
      return `RGZS ${extra.text ?? ''} `;
    case 'picture':
      return `${heading}PIC ${(extra.picture ?? Buffer.alloc(0)).toString('latin1')} `;
    case 'clock':
    case 'unknown':
      return heading;
    case 'test':
    case 'timed':
    case 'extra':
    case 'status':
      return current;
  }
}

const byteText = (value: number, count: number): string =>
  Math.round(value).toString(16).toUpperCase().padStart(count, '0');

/** Twelve values of the hour; what was not sampled is marked as none, before what was. */
function inHour(state: StationState, write: (sample: Sample) => string): string {
  const known = state.samples.slice(-perHour).map(write);
  const width = write({ levelM: 0, rainMm: 0 }).length;
  return 'F'.repeat(width * (perHour - known.length)) + known.join('');
}

/** `yyMMddHHmm` so many five minutes before. */
function earlier(time: string, steps: number): string {
  const [year, month, day, hour, minute] = [0, 2, 4, 6, 8].map((at) => Number(time.slice(at, at + 2))) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const at = new Date(Date.UTC(2000 + year, month - 1, day, hour, minute - 5 * steps));
  return at.toISOString().slice(2, 16).replaceAll(/\D/g, '');
}
