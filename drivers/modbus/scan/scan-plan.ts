import type { SerialSettings } from '../../streams/index.js';
import type { LinkFraming } from '../raw/raw-read.js';
import type { CharacterFormat } from '../wire-time.js';

/** How a line may be set. */
export interface ScanSetting {
  readonly framing: LinkFraming;
  readonly serial: SerialSettings;
}

/** One question of a scan. */
export interface ScanStep {
  readonly setting: ScanSetting;
  readonly unit: number;
}

type Format = Pick<CharacterFormat, 'parity' | 'stopBits'>;

/** Speeds by how many field instruments leave the works with them; judged from published manuals, not counted. */
const baudShares: Readonly<Record<number, number>> = {
  9600: 0.55,
  4800: 0.15,
  19200: 0.12,
  115200: 0.08,
  38400: 0.04,
  2400: 0.03,
  57600: 0.02,
  1200: 0.01,
};
const formatShares: readonly (readonly [Format, number])[] = [
  [{ parity: 'none', stopBits: 1 }, 0.72],
  [{ parity: 'even', stopBits: 1 }, 0.17],
  [{ parity: 'none', stopBits: 2 }, 0.07],
  [{ parity: 'odd', stopBits: 1 }, 0.04],
];

export const scanBauds: readonly number[] = Object.keys(baudShares).map(Number);
export const scanParities = ['none', 'even', 'odd'] as const;

export interface LineChoice {
  readonly bauds: readonly number[];
  readonly parities: readonly CharacterFormat['parity'][];
}

/** Every way a line may be set, the likeliest first: 9600 8N1. */
export function likelySettings({ bauds, parities }: LineChoice): SerialSettings[] {
  return bauds
    .flatMap((baud) =>
      formatShares
        .filter(([{ parity }]) => parities.includes(parity))
        .map(([format, share]) => ({
          setting: { baud, dataBits: 8 as const, rs485: 'none' as const, ...format },
          share: share * (baudShares[baud] ?? 0.001),
        })),
    )
    .toSorted((a, b) => b.share - a.share)
    .map(({ setting }) => setting);
}

/** Units that nearly everything found in the field has are asked for first, under every setting. */
const commonUnitsMax = 16;

/** All questions in the order they are asked: low units under every setting, then the others. */
export function scanSteps(settings: readonly ScanSetting[], units: readonly number[]): ScanStep[] {
  const common = units.filter((unit) => unit <= commonUnitsMax);
  const others = units.filter((unit) => unit > commonUnitsMax);
  return [common, others].flatMap((wave) => settings.flatMap((setting) => wave.map((unit) => ({ setting, unit }))));
}

/** `9600 8N1`. */
export const formatSerial = ({ baud, dataBits, parity, stopBits }: CharacterFormat): string =>
  `${baud} ${dataBits}${(parity[0] as string).toUpperCase()}${stopBits}`;
