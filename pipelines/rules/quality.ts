import { z } from 'zod';
import { isBad, isUncertain, type RuleDefinition } from '../../gateway/contract/index.js';
import { eachTable, type FoundTag } from './each-table.js';
import { describeOn, type GaugedCondition, gaugedRule } from './gauged-rule.js';
import { anyNumber, type Rest } from './rest.js';
import { delayFields, delaysOf, messageField, tagField } from './rule-fields.js';
import { SlotGauge } from './slot-gauge.js';

const config = z.strictObject({
  tag: tagField(),
  uncertain: z.boolean().default(false).describe('Whether a reading of uncertain quality counts as bad too'),
  ...delayFields,
  message: messageField(),
});

export type QualityConfig = z.output<typeof config>;

/** A tag as it is read, of which plain readings may be passed over. */
class QualityGauge extends SlotGauge {
  readonly #rest: Rest | undefined;

  constructor(slot: number, { uncertain }: QualityConfig) {
    super(slot);
    // Where uncertain readings count, a plain one may be one of them.
    this.#rest = uncertain ? undefined : anyNumber(slot);
  }

  rest(): Rest | undefined {
    return this.#rest;
  }
}

function compile(name: string, settings: QualityConfig, found: FoundTag) {
  const { table, tag, slot } = found;
  const message = settings.message ?? {
    en: `${table.device} ${tag.name}: the reading is bad${settings.uncertain ? ' or uncertain' : ''}`,
    zh: `${table.device} ${tag.name}：读数无效${settings.uncertain ? '或不确定' : ''}`,
  };
  const condition: GaugedCondition<QualityGauge> = {
    description: describeOn(name, found, 'BAD', { limit: Number.NaN, unit: tag.unit, message }),
    signOf: ({ quality: code }) => (isBad(code) || (settings.uncertain && isUncertain(code)) ? 'reached' : 'returned'),
  };
  return gaugedRule(new QualityGauge(slot, settings), [condition], delaysOf(settings));
}

/**
 * The reading of a tag is bad, or on demand uncertain: BAD. A slot that was not read this time neither raises nor clears
 * nor begins a delay anew. Late frames are not judged.
 */
export const quality: RuleDefinition<QualityConfig> = {
  summary: { en: 'The reading is bad', zh: '读数无效' },
  config,
  judges: 'presence',
  create: (name, settings, tables) => eachTable(tables, settings.tag, (found) => compile(name, settings, found)),
};
