import * as fc from 'fast-check';
import type { Flags, Policy } from '../gateway/runtime/alarms/alarm-model.js';
import { happenings, letHappen } from '../gateway/runtime/alarms/book-commands.js';
import { type Row, transitions } from '../gateway/runtime/alarms/transition-table.js';
import { type Finding, finding, type Proof, progress } from './proof.js';

const happeningsMax = 40;
const runsAtOnce = 500;
/** More would say the same. */
const divergencesTold = 5;

/** The flags as their letters; `-` when none is set. */
const lettersOf = ({ isShelved, isSuppressed, isOut }: Flags): string =>
  `${isShelved ? 'G' : ''}${isSuppressed ? 'H' : ''}${isOut ? 'I' : ''}` || '-';

const classOf = ({ acknowledge, latch }: Pick<Policy, 'acknowledge' | 'latch'>): string =>
  `${acknowledge ? 'acknowledge' : 'no acknowledge'}, ${latch ? 'latch' : 'no latch'}`;

/** How often each row of the table was followed: by the flags that stood, and by the class of the alarm. */
class Coverage {
  readonly #counts = new Map<string, number>();

  readonly add = (row: Row, policy: Policy, flags: Flags): void => {
    const index = transitions.indexOf(row);
    this.#more(`${index} ${lettersOf(flags)}`);
    this.#more(`${index} ${classOf(policy)}`);
  };

  count(row: Row, what: string): number {
    return this.#counts.get(`${transitions.indexOf(row)} ${what}`) ?? 0;
  }

  #more(key: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
}

const flagSets = ['-', 'G', 'H', 'I', 'GH', 'GI', 'HI', 'GHI'];
const classes = [true, false].flatMap((acknowledge) => [true, false].map((latch) => ({ acknowledge, latch })));
const possible = transitions.filter(([, , , , , to]) => to !== 'cannot-be');

const classesOf = ([, , acknowledge, latch]: Row): typeof classes =>
  classes.filter(
    (one) =>
      (acknowledge === 'either' || acknowledge === one.acknowledge) && (latch === 'either' || latch === one.latch),
  );

/** Flags that can stand with a row: all that are left when one has been left; none when it is announced again. */
const flagsPossible = ([event]: Row): readonly string[] =>
  event === 're-announce' ? ['-'] : event === 'leave-flag' ? flagSets.slice(0, -1) : flagSets;

function tableOf(coverage: Coverage): readonly string[] {
  const head = `${'event'.padEnd(16)}from condition class                        to       ${flagSets.map((set) => set.padStart(8)).join('')}`;
  const rows = possible.map((row) => {
    const [event, from, acknowledge, latch, condition, to] = row;
    const policy = `acknowledge ${acknowledge}, latch ${latch}`;
    const counts = flagSets.map((set) => {
      const count = coverage.count(row, set);
      return (count === 0 && !flagsPossible(row).includes(set) ? '' : String(count)).padStart(8);
    });
    return `${event.padEnd(16)}${from.padEnd(5)}${String(condition).padEnd(10)}${policy.padEnd(34)}${to.padEnd(9)}${counts.join('')}`;
  });
  return [head, ...rows];
}

function coverageFindings(coverage: Coverage): readonly Finding[] {
  const byClass = possible.flatMap((row) => classesOf(row).map((policy) => ({ row, what: classOf(policy) })));
  const byFlags = possible.flatMap((row) => flagsPossible(row).map((what) => ({ row, what })));
  return [
    { said: 'rows of the table × classes never followed', all: byClass },
    { said: 'rows of the table × flags never followed', all: byFlags },
  ].map(({ said, all }) => {
    const never = all.filter(({ row, what }) => coverage.count(row, what) === 0);
    const named = never.slice(0, 3).map(({ row, what }) => `${row[0]} ${row[1]} (${what})`);
    return finding(
      said,
      `${never.length} of ${all.length}${named.length > 0 ? `: ${named.join('; ')}` : ''}`,
      '0',
      never.length === 0,
    );
  });
}

/** The alarm book against the transition table, whatever happens. */
export const alarmModel: Proof = {
  summary:
    'all events, flags, classes and overlaps, with a restart, reload or kill at any step: the book is the standard',
  async run({ isFull, seed, say }): Promise<readonly Finding[]> {
    const wanted = isFull ? 100_000 : 10_000;
    const coverage = new Coverage();
    const tell = progress(say, 'runs', wanted);
    let runs = 0;
    let comparisons = 0;
    let divergences = 0;
    for (let done = 0; done < wanted && divergences < divergencesTold; done += runsAtOnce) {
      const property = fc.property(happenings(happeningsMax), (commands) => {
        runs += 1;
        comparisons += letHappen(commands, coverage.add);
      });
      const result = fc.check(property, { numRuns: runsAtOnce, seed: seed + done });
      if (result.failed) {
        divergences += 1;
        say(fc.defaultReportMessage(result) ?? '');
      }
      tell(done + runsAtOnce);
    }
    for (const line of tableOf(coverage)) say(`  ${line}`);
    return [
      finding('runs', runs, `${wanted} at least`, runs >= wanted),
      finding('comparisons of book and model', comparisons, 'more than runs', comparisons > runs),
      finding('divergences', divergences, '0', divergences === 0),
      ...coverageFindings(coverage),
    ];
  },
};
