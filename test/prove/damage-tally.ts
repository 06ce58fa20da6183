import type { DamageOutcome } from './damage-case.js';
import { type Finding, finding } from './proof.js';

/** Lines of what fell short; beyond them it is only counted. */
const wordsMax = 10;

/** Counts what became of journals that were damaged in one way. */
export class DamageTally {
  readonly #fault: string;
  readonly #outcomes: DamageOutcome[] = [];

  constructor(fault: string) {
    this.#fault = fault;
  }

  add(outcome: DamageOutcome): void {
    this.#outcomes.push(outcome);
  }

  /** What fell short, kind by kind, the first few of each. */
  words(): readonly string[] {
    return [
      this.#of(({ refused }) => refused !== undefined),
      this.#of(({ wrong, besides, hitTable }) => wrong > 0 || (besides > 0 && !hitTable)),
      this.#of(({ besides, hitTable }) => besides > 0 && hitTable),
      this.#of(({ lost, toldBy }) => lost > 0 && toldBy === 'nobody'),
      this.#of(({ needsCopy, hasCopy }) => needsCopy && !hasCopy),
    ].flatMap((shorts) => {
      const more = shorts.length > wordsMax ? [`and ${shorts.length - wordsMax} more of the kind`] : [];
      return [...shorts.slice(0, wordsMax).map(({ words }) => words), ...more];
    });
  }

  findings(each: number): readonly Finding[] {
    const started = this.#of(({ refused }) => refused === undefined);
    const sum = (count: (outcome: DamageOutcome) => number): number =>
      this.#outcomes.reduce((total, outcome) => total + count(outcome), 0);
    const none = (what: string, figure: number): Finding =>
      finding(`${this.#fault}: ${what}`, figure, '0', figure === 0);
    const any = (what: string, figure: number): Finding => finding(`${this.#fault}: ${what}`, figure, 'any', true);
    return [
      finding(`${this.#fault}: started`, started.length, `${each}`, started.length === each),
      none(
        'wrong values',
        sum(({ wrong }) => wrong),
      ),
      none(
        'records lost that the damage did not hit',
        sum(({ besides, hitTable }) => (hitTable ? 0 : besides)),
      ),
      none('journals whose frames were lost with the only copy of their tag table', this.#lostTable().length),
      any('told at the start', this.#of(({ refused, toldBy }) => refused === undefined && toldBy === 'start').length),
      any('told by the ledger of each sink, when read', this.#ledger().length),
      none('something lost and nobody told', this.#of(({ lost, toldBy }) => lost > 0 && toldBy === 'nobody').length),
      any('nothing lost and nothing told', this.#of(({ lost, toldBy }) => lost === 0 && toldBy !== 'start').length),
      any('copies in quarantine', this.#of(({ hasCopy }) => hasCopy).length),
      none(
        'damage before the end of a segment, no copy in quarantine',
        this.#of(({ needsCopy, hasCopy }) => needsCopy && !hasCopy).length,
      ),
    ];
  }

  #lostTable(): readonly DamageOutcome[] {
    return this.#of(({ besides, hitTable }) => besides > 0 && hitTable);
  }

  #ledger(): readonly DamageOutcome[] {
    return this.#of(({ lost, toldBy }) => lost > 0 && toldBy === 'ledger');
  }

  #of(is: (outcome: DamageOutcome) => boolean): readonly DamageOutcome[] {
    return this.#outcomes.filter(is);
  }
}
