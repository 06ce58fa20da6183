import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { from, Subject } from 'rxjs';
import type { CompiledRule, Finding, StampedFrame } from '../../../gateway/contract/index.js';
import { type HostedRule, IsolatedRule, judge, type RuleInput, rules } from '../../../pipelines/index.js';
import { feed, frameRuns, tableOf, weaveTicks } from '../../contracts/rule-inputs.js';

const table = tableOf([
  { name: 'a', type: 'number', unit: '' },
  { name: 'b', type: 'number', unit: '' },
]);
const written = [
  ['limits', { tag: 'a', HH: 9, H: 7, L: 2 }],
  ['limits', { tag: 'b', H: 5, deadband: 1, onDelay: '2s', offDelay: '3s' }],
  ['limits', { tag: 'b', LL: 1 }],
  ['quality', { tag: 'a', onDelay: '2s' }],
  ['quality', { tag: 'b', uncertain: true }],
  ['stale', { tag: 'a', after: '20s' }],
] as const;

const compiled = (): CompiledRule[] =>
  written.flatMap(([type, settings], index) => {
    const definition = rules[type];
    return [...definition.create(`rule-${index}`, definition.config.parse(settings) as never, [table], [table])];
  });

const hosted = (): HostedRule[] =>
  compiled().map(({ rule }) => ({
    rule: new IsolatedRule(
      () => rule,
      (error) => {
        throw error as Error;
      },
    ),
    tables: [table.number],
    settles: false,
    needsDevice: false,
  }));

const inOrder = (findings: readonly Finding[]): string[] => findings.map((finding) => JSON.stringify(finding)).sort();

describe('rules that are passed over while they are quiet', () => {
  test('find what they find when they are asked with everything', () => {
    const values = fc.double({ min: 0, max: 10, noNaN: true }).map((value) => Math.round(value * 2) / 2);
    fc.assert(
      fc.property(frameRuns(table, values), (frames) => {
        const inputs = weaveTicks(frames, 30);
        const asked = compiled();
        const wanted = inputs.flatMap((input) => asked.flatMap(({ rule }) => [...feed(rule, input)]));
        const found: Finding[] = [];
        from(inputs)
          .pipe(judge(hosted()))
          .subscribe(({ finding }) => found.push(finding));
        expect(inOrder(found)).toEqual(inOrder(wanted));
      }),
      { numRuns: 300 },
    );
  });

  test('are asked again after they were told that they stand', () => {
    const own = hosted();
    const found: Finding[] = [];
    const input$ = new Subject<RuleInput>();
    input$.pipe(judge(own)).subscribe(({ finding }) => found.push(finding));
    input$.next({ frame: calmFrame(1000) });
    input$.next({ frame: calmFrame(2000) });
    expect(found).toEqual([]);
    own[0]?.rule.assumeActive('rule-0/house-1/a/HH');
    input$.next({ frame: calmFrame(3000) });
    expect(found).toMatchObject([{ key: 'rule-0/house-1/a/HH', condition: false }]);
  });
});

/** Both values well within their limits. */
function calmFrame(instant: number): StampedFrame {
  return {
    table,
    instant,
    time: instant,
    timeSpread: 1,
    values: Float64Array.of(4, 4),
    quality: Uint8Array.of(1, 1),
  };
}
