import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { files } from '../../../drivers/files/index.js';
import { tagSchema } from '../../../config/schema/profile-schema.js';
import { MineFileWriter } from '../../../firmware-sim/text-files/index.js';
import { linkOf } from './files-link.js';
import { FileTeller } from '../../../drivers/files/told-file.js';
import { PointSlots } from '../../../drivers/files/point-slots.js';
import { compileLayout } from '../../../drivers/files/compile-layout.js';
import { readTextFile } from '../../../drivers/files/text-file.js';
import { toGbk } from '../../../firmware-sim/text-files/index.js';
import { said, tablesOf } from './told-log.js';

type Tags = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Profile {
  readonly device: Readonly<Record<string, unknown>>;
  readonly tags: Tags;
}

const common = new Set(Object.keys(tagSchema.shape));

/** The link of one device of a shipped profile; the common half of its tags is left out. */
function linkFor(name: string) {
  const { device, tags } = parse(readFileSync(`config/profiles/${name}.yaml`, 'utf8')) as Profile;
  const own = Object.entries(tags).map(([tag, spec]) => [
    tag,
    Object.fromEntries(Object.entries(spec).filter(([key]) => !common.has(key))),
  ]);
  const settings: Record<string, unknown> & { readonly tags: Tags } = {
    ...device,
    mine: '520201001',
    pointPrefix: '001',
    tags: Object.fromEntries(own) as Tags,
  };
  return linkOf({ folder: '/x' }, { face: settings });
}

test.each([
  [
    'kj-coal-face',
    {
      methane_t1: 0.45,
      methane_t2: 'bad-sensor-failure',
      methane_t0: [4, 'uncertain-over-range'],
      carbon_monoxide: 24,
      air_speed: 1.5,
      temperature: 26.3,
      methane_t1_state: '正常',
      local_fan: 1,
      power_cut: 0,
      power_fed_back: 1,
    },
  ],
  [
    'kj-main-fan',
    {
      negative_pressure: 0.45,
      air_speed: 'bad-sensor-failure',
      methane: [4, 'uncertain-over-range'],
      fan_1: 1,
      fan_2: 0,
    },
  ],
])('%s reads what a mine writes', (name, expected) => {
  const at = Date.UTC(2026, 10, 21, 1, 1);
  const point = (code: string, value: string | number, state = '正常') => ({ point: `001${code}`, at, value, state });
  const text = new MineFileWriter({ folder: '/x' }).textOf({
    table: 'AQSS',
    records: [
      point('A01', '0.45'),
      point('A02', '', '断线'),
      point('A03', 4, '超量程'),
      point('A04', 24),
      point('A05', 1.5),
      point('A06', 26.3),
      point('D01', 1),
      point('D02', 0),
      point('D03', 1),
    ],
  });
  const link = linkFor(name);
  expect(files.plan(link).problems).toEqual([]);
  const layout = compileLayout(link.settings);
  const teller = new FileTeller(new PointSlots(link), tablesOf(link), layout);
  const { readings, damages } = teller.tell(readTextFile('a.txt', toGbk(text), layout), {
    name: 'a.txt',
    ageMs: 0,
    wasThere: false,
    nowMs: Date.UTC(2026, 10, 22),
  });
  expect(damages).toEqual([]);
  expect(readings.map(said)).toEqual([expected]);
});
