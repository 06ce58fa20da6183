import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { planEdits, type Wish } from '../../../gateway/cli/alarms/master/plan-edits.js';
import { editYaml } from '../../../gateway/cli/alarms/master/yaml-edit.js';

const file = `# the works
rules:
  heat:   # in the house
    type: limits
    HH:  32     # said the vet
    alarm:
      action: { en: "Open the inlets", zh: 打开进风口 }  # at night too
      owner: 'li'
      cause: |
        The fans stand still.
      kinds: { HH: { severity: severe, respondWithin: 5min } }

  damp: { type: limits, alarm: {action: look, class: safety} }
`;

const edited = (path: readonly string[], value: unknown): string => editYaml(file, [{ path, value }]);
const alarm = ['rules', 'heat', 'alarm'];

/** Lines that differ, of the old file and of the new one. */
function difference(after: string): { readonly gone: string[]; readonly added: string[] } {
  const [old, fresh] = [file.split('\n'), after.split('\n')];
  return { gone: old.filter((line) => !fresh.includes(line)), added: fresh.filter((line) => !old.includes(line)) };
}

describe('a place of a YAML file', () => {
  test.each([
    [[...alarm, 'owner'], 'wang', `      owner: 'wang'`],
    [[...alarm, 'action', 'en'], 'Stop: now', `      action: { en: "Stop: now", zh: 打开进风口 }  # at night too`],
    [[...alarm, 'action'], 'go', `      action: go  # at night too`],
    [[...alarm, 'kinds', 'HH', 'severity'], 'minor', '      kinds: { HH: { severity: minor, respondWithin: 5min } }'],
    [
      [...alarm, 'kinds', 'HH', 'owner'],
      'a, b',
      '      kinds: { HH: { severity: severe, respondWithin: 5min, owner: "a, b" } }',
    ],
    [
      [...alarm, 'kinds', 'H', 'cause'],
      { en: 'x', zh: '风机停' },
      '      kinds: { HH: { severity: severe, respondWithin: 5min }, H: { cause: { en: x, zh: 风机停 } } }',
    ],
    [['rules', 'damp', 'alarm', 'class'], 'toxic', '  damp: { type: limits, alarm: {action: look, class: toxic} }'],
  ])('%j becomes %j and nothing else is touched', (path, value, line) => {
    const { added, gone } = difference(edited(path, value));
    expect(added).toEqual([line]);
    expect(gone).toHaveLength(1);
  });

  test('that is not there yet gets a line of its own, or its place within the braces', () => {
    const after = edited([...alarm, 'date'], '2026-03-01');
    expect(difference(after)).toEqual({ gone: [], added: ['      date: 2026-03-01'] });
    // Behind the last of its block, before the empty line.
    expect(after.split('\n')[11]).toBe('      date: 2026-03-01');
    const flow = edited(['rules', 'damp', 'alarm', 'owner'], 'li');
    expect(difference(flow).added).toEqual([
      '  damp: { type: limits, alarm: {action: look, class: safety, owner: li } }',
    ]);
  });

  test('is taken away with its line, or its comma', () => {
    expect(difference(edited([...alarm, 'owner'], undefined))).toEqual({ gone: [`      owner: 'li'`], added: [] });
    expect(difference(edited([...alarm, 'kinds', 'HH', 'severity'], undefined)).added).toEqual([
      '      kinds: { HH: { respondWithin: 5min } }',
    ]);
    expect(difference(edited(['rules', 'damp', 'alarm', 'class'], undefined)).added).toEqual([
      '  damp: { type: limits, alarm: {action: look } }',
    ]);
    expect(edited([...alarm, 'group'], undefined)).toBe(file);
  });

  test('that is a text of several lines is written anew, with its comments', () => {
    const after = edited([...alarm, 'cause'], 'no wind');
    expect(parse(after)).toMatchObject({ rules: { heat: { alarm: { cause: 'no wind', owner: 'li' } } } });
    for (const comment of ['# the works', '# in the house', '# said the vet', '# at night too']) {
      expect(after).toContain(comment);
    }
  });

  test('behind an alias is left to the person', () => {
    const shared = 'common: &c { action: go }\nrules: { a: { alarm: *c } }\n';
    expect(() => editYaml(shared, [{ path: ['rules', 'a', 'alarm', 'owner'], value: 'li' }])).toThrow();
  });

  test('says afterwards what it should, whatever is written', () => {
    const paths = [
      [...alarm, 'owner'],
      [...alarm, 'action'],
      [...alarm, 'action', 'zh'],
      [...alarm, 'kinds', 'HH', 'owner'],
      [...alarm, 'kinds', 'LL', 'cause'],
      ['rules', 'damp', 'alarm', 'owner'],
      ['rules', 'damp', 'alarm', 'kinds', 'H', 'source'],
    ];
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('a: b', '#x', '}', '- y', 'no', '2026-03-01', '"', "'", 'ä，（b）'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), value, (path, text) => {
        const data = parse(edited(path, text)) as unknown;
        const found = path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], data);
        expect(found).toBe(text);
      }),
    );
  });
});

describe('where a wish goes', () => {
  const block = { action: 'go', owner: 'li', kinds: { HH: { severity: 'severe' } } };
  const planned = (wishes: readonly Wish[], kinds = ['HH', 'H', 'L']) => {
    const { edits, refused } = planEdits('heat', block, kinds, wishes);
    return { edits: edits.map(({ path, value }) => [path.slice(3).join('.'), value]), refused };
  };

  test('is the kind where it says so itself', () => {
    expect(planned([{ kind: 'HH', field: 'severity', value: 'minor' }]).edits).toEqual([
      ['kinds.HH.severity', 'minor'],
    ]);
  });

  test('is the whole rule where every kind that goes by it wants the same', () => {
    const severity = (kind: string): Wish => ({ kind, field: 'severity', value: 'serious' });
    expect(planned([severity('H'), severity('L')]).edits).toEqual([['severity', 'serious']]);
    expect(planned([severity('H')]).edits).toEqual([['kinds.H.severity', 'serious']]);
    expect(planned(['HH', 'H', 'L'].map((kind) => ({ kind, field: 'owner', value: undefined }))).edits).toEqual([
      ['owner', undefined],
    ]);
  });

  test('is nowhere where one kind alone should be without what holds for all', () => {
    const wish: Wish = { kind: 'H', field: 'owner', value: undefined };
    expect(planned([wish])).toEqual({ edits: [], refused: [wish] });
  });
});
