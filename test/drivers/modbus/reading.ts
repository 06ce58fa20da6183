import {
  FrameBuilder,
  qualityName,
  type QualityName,
  type Reading,
  type TagTable,
  type TagType,
} from '../../../gateway/contract/index.js';

/** A table of tags called t0, t1, … */
export function tableOf(types: readonly TagType[]): TagTable {
  return {
    number: 1,
    site: 'test',
    link: 'line',
    device: 'device',
    profile: 'profile',
    group: 'main',
    configuration: 'c0ffee',
    tags: types.map((type, n) => ({ name: `t${n}`, type, unit: '' })),
  };
}

export const builderOf = (tags: number): FrameBuilder =>
  new FrameBuilder(tableOf(Array.from({ length: tags }, () => 'number' as const)));

/** Quality names of a reading, slot by slot. */
export const qualitiesOf = ({ quality }: Pick<Reading, 'quality'>): QualityName[] => [...quality].map(qualityName);
