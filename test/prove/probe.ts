import { decodeForm, parseShown, rankDecodings, type ShownReading } from '../../drivers/modbus/index.js';
import { probeCase, type ProbeCase } from './probe-maps.js';
import { type Finding, finding, type Proof, randomFrom } from './proof.js';

const mapsARound = 100;
const wantedMin = 95;
/** Other moments at which the decoding ranked first must give the instrument's value. */
const moments = 50;

interface Outcome {
  /** Place of the right decoding, from 1; Infinity where it is not among those found. */
  readonly place: number;
  readonly text: string;
}

/**
 * Ranks what a display shows. A decoding is right when it gives the instrument's own value at other moments too: while a
 * register holds 235, int16 and uint16 are the same, and whether they stay the same is what counts.
 */
function outcomeOf(one: ProbeCase, random: () => number): Outcome {
  const { table, start, words, shown, believed, tag } = one;
  const window = { table, start, words };
  const ranked = rankDecodings([window], parseShown(shown) as ShownReading, { table, register: believed });
  const later = Array.from({ length: moments }, () => one.later(random));
  const isRight = ({ form, register, scale }: (typeof ranked)[number]): boolean =>
    later.every((moment) => {
      const raw = decodeForm(form, moment.words, register - start);
      return raw !== undefined && Math.abs(raw * scale - moment.value) <= 1e-9 * Math.max(1, Math.abs(moment.value));
    });
  const at = ranked.findIndex(isRight);
  const first = ranked[0];
  const taken = first && `${first.register} ${first.form.sign ?? first.form.type} ${first.form.order} × ${first.scale}`;
  const meant = `${tag.at} ${tag.type} ${tag.order} × ${tag.scale}`;
  return { place: at < 0 ? Number.POSITIVE_INFINITY : at + 1, text: `shows ${shown}: ${meant}, taken for ${taken}` };
}

/** A hundred instruments of one seed. */
export function outcomesOf(seed: number): Outcome[] {
  const random = randomFrom(seed);
  return Array.from({ length: mapsARound }, () => outcomeOf(probeCase(random), random));
}

/**
 * Random instruments with one value on their display, a hundred a round. The weights of the ranking were chosen on seeds
 * below 1000.
 */
export const probe: Proof = {
  summary: 'given three digits of a display, probe ranks the right decoding of an unknown register map first',
  async run({ isFull, seed, say }): Promise<readonly Finding[]> {
    const rounds = Array.from({ length: isFull ? 20 : 3 }, (_, n) => {
      const outcomes = outcomesOf(seed + n);
      const missed = outcomes.filter(({ place }) => place > 1);
      for (const { text, place } of missed) say(`  seed ${seed + n}: ${text} (the right one is number ${place})`);
      const third = outcomes.filter(({ place }) => place <= 3).length;
      return { first: mapsARound - missed.length, third };
    });
    const firsts = rounds.map(({ first }) => first);
    const mean = (figures: readonly number[]): number => figures.reduce((a, b) => a + b) / figures.length;
    const among = mean(rounds.map(({ third }) => third));
    return [
      finding(
        `right decoding first, of ${mapsARound} maps`,
        `${mean(firsts)} in the mean of ${rounds.length} rounds (${firsts.join(' ')})`,
        `≥ ${wantedMin}`,
        mean(firsts) >= wantedMin,
      ),
      finding('right decoding among the first three', among, 'any', true),
    ];
  },
};
