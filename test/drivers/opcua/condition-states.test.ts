import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type ConditionName,
  ConditionStates,
  type ConditionTold,
} from '../../../drivers/opcua/alarms/condition-states.js';

const told = (more: Partial<ConditionTold> = {}): ConditionTold => ({
  id: 'a',
  condition: 'High',
  source: 'Tank1',
  eventId: '01',
  time: 1000,
  isEnabled: true,
  isActive: true,
  isAcked: false,
  isRetained: true,
  ...more,
});
const over = { isActive: false, isRetained: false };

/** `High` of any source, and of one. */
const names: readonly ConditionName[] = [
  { condition: 'High', source: undefined },
  { condition: 'High', source: 'Tank1' },
];

type Step = (states: ConditionStates) => unknown;
const begin: Step = (states) => states.begin();
const refreshBegan: Step = (states) => states.refreshBegan();
const lost: Step = (states) => states.doubt();
const asked: Step = (states) => states.refreshAsked();
const refreshEnded: Step = (states) => states.refreshEnded(5000);
const unrefreshed: Step = (states) => states.unrefreshed();
const event =
  (more?: Partial<ConditionTold>): Step =>
  (states) =>
    states.take(told(more));
const refreshed: readonly Step[] = [refreshBegan, refreshEnded];

function after(steps: readonly Step[]): ConditionStates {
  const states = new ConditionStates(names);
  for (const step of steps) step(states);
  return states;
}

const statesAfter = (...steps: readonly Step[]): string[] => {
  const states = after(steps);
  return names.map((_, tag) => states.at(tag).state);
};

describe('the tags of conditions', () => {
  test.each<readonly [string, readonly Step[], readonly string[]]>([
    ['are unknown before a refresh', [event()], ['unknown', 'unknown']],
    ['are unknown while one runs', [refreshBegan, event()], ['unknown', 'unknown']],
    ['are what it told when it has ended', [refreshBegan, event(), refreshEnded], ['active', 'active']],
    ['are inactive when it told nothing of them', refreshed, ['inactive', 'inactive']],
    ['go by their source', [...refreshed, event({ source: 'Tank2' })], ['active', 'inactive']],
    ['go by their name', [...refreshed, event({ condition: 'Low' })], ['inactive', 'inactive']],
    ['end with the alarm', [...refreshed, event(), event(over)], ['inactive', 'inactive']],
    [
      'stay active while another condition is',
      [...refreshed, event({ id: 'b', source: 'Tank2' }), event(), event(over)],
      ['active', 'inactive'],
    ],
    [
      'are inactive while one that is over waits for a person',
      [...refreshed, event({ isActive: false })],
      ['inactive', 'inactive'],
    ],
    [
      'are disabled with it',
      [...refreshed, event({ isEnabled: false, isActive: undefined })],
      ['disabled', 'disabled'],
    ],
    [
      'are active all the same while another is',
      [...refreshed, event({ isEnabled: false }), event({ id: 'b', source: 'Tank2' })],
      ['active', 'disabled'],
    ],
    [
      'know a condition that is never active',
      [...refreshed, event({ isActive: undefined })],
      ['stateless', 'stateless'],
    ],
    ['forget what a second refresh does not tell', [...refreshed, event(), ...refreshed], ['inactive', 'inactive']],
    [
      'keep what was told before a refresh began that tells it',
      [event(), refreshBegan, event(), refreshEnded],
      ['active', 'active'],
    ],
    [
      'hold a live event against the older one a refresh repeats',
      [refreshBegan, event({ ...over, time: 2000 }), event({ time: 1000 }), refreshEnded],
      ['inactive', 'inactive'],
    ],
    [
      'believe a clock that was put back',
      [...refreshed, event({ time: 2000 }), event({ ...over, time: 1000 })],
      ['inactive', 'inactive'],
    ],
    ['know nothing in another session', [...refreshed, event(), begin], ['unknown', 'unknown']],
    [
      'are known with their first event where nothing is refreshed',
      [unrefreshed, event({ source: 'Tank2' })],
      ['active', 'unknown'],
    ],
    ['are known by events before that, too', [event(over), unrefreshed], ['inactive', 'inactive']],
    ['end a refresh whose beginning was missed', [event(), refreshEnded], ['active', 'active']],
  ])('%s', (_, steps, states) => {
    expect(statesAfter(...steps)).toEqual(states);
  });

  test.each<readonly [string, readonly Step[], readonly string[]]>([
    ['not before anything is known', [event(over)], ['unknown?', 'unknown?']],
    ['once everything was told', refreshed, ['inactive', 'inactive']],
    [
      'without a refresh, where it is active, or its source is given',
      [unrefreshed, event(), event({ id: 'b', source: 'Tank2', ...over })],
      ['active', 'active'],
    ],
    [
      'not without a refresh, where the alarm of one source is over and nothing is known of the others',
      [unrefreshed, event(over)],
      ['inactive?', 'inactive'],
    ],
    [
      'no more when events were lost and the server does not tell what stands',
      [...refreshed, event(), lost, asked, unrefreshed],
      ['active?', 'active?'],
    ],
    [
      'again with the next event, where it tells all of the tag',
      [...refreshed, lost, asked, unrefreshed, event(), event(over)],
      ['inactive?', 'inactive'],
    ],
    [
      'not by the end of a refresh that was overtaken by a loss',
      [asked, ...refreshed, event(), refreshBegan, lost, asked, refreshEnded, unrefreshed],
      ['active?', 'active?'],
    ],
    [
      'again when everything was told at last',
      [...refreshed, event(), lost, asked, unrefreshed, asked, refreshBegan, refreshEnded],
      ['inactive', 'inactive'],
    ],
    [
      'not by the end of a refresh that was given up, after another was asked for',
      [asked, refreshBegan, event(), lost, unrefreshed, asked, refreshEnded],
      ['active?', 'active?'],
    ],
    [
      'not where the server lists an active one no more and its node cannot be looked at',
      [...refreshed, event({ isRetained: false }), begin, ...refreshed],
      ['active?', 'active?'],
    ],
    [
      'not so until its next event, however often it is asked',
      [...refreshed, event({ isRetained: false }), begin, ...refreshed, begin, ...refreshed],
      ['active?', 'active?'],
    ],
    [
      'again with its next event',
      [...refreshed, event({ isRetained: false }), begin, ...refreshed, event(over)],
      ['inactive', 'inactive'],
    ],
    [
      'that is disabled and not listed: it stays bad',
      [...refreshed, event({ isEnabled: false, isRetained: false }), begin, ...refreshed],
      ['disabled?', 'disabled?'],
    ],
  ])('are known for sure: %s', (_, steps, states) => {
    const known = after(steps);
    expect(names.map((_name, tag) => `${known.at(tag).state}${known.at(tag).isSure ? '' : '?'}`)).toEqual(states);
  });

  test('are told when they become doubtful, and not twice', () => {
    const states = after([...refreshed, event(), lost, asked]);
    expect(states.unrefreshed()).toEqual([0, 1]);
    expect(states.unrefreshed()).toEqual([]);
    expect(states.at(0).time).toBeUndefined();
  });

  test('are told when they change, at the time of the event, and all of them when a refresh has ended', () => {
    const states = after([refreshBegan]);
    expect(states.take(told())).toEqual([]);
    expect(states.refreshEnded(5000)).toEqual([0, 1]);
    expect(states.at(1)).toEqual({ state: 'active', isSure: true, time: 1000 });
    expect(states.take(told({ time: 2000, isAcked: true }))).toEqual([]);
    expect(states.take(told({ id: 'b', source: 'Tank2', time: 3000 }))).toEqual([]);
    expect(states.take(told({ ...over, time: 4000 }))).toEqual([1]);
    expect([states.at(0).time, states.at(1).time]).toEqual([1000, 4000]);
    expect(after(refreshed).at(0)).toEqual({ state: 'inactive', isSure: true, time: 5000 });
  });

  test('remember for acknowledgement what is not at rest, with the last event of each', () => {
    const states = after([
      ...refreshed,
      event(),
      event({ eventId: '02', isActive: false }),
      event({ id: 'b', ...over }),
    ]);
    expect(states.conditionsOf(1)).toMatchObject([{ id: 'a', eventId: '02', isAcked: false }]);
    states.acknowledged(told({ eventId: '01' }));
    expect(states.conditionsOf(1)).toMatchObject([{ isAcked: false }]);
    states.acknowledged(told({ eventId: '02' }));
    expect(states.conditionsOf(1)).toMatchObject([{ isAcked: true }]);
    expect(after([...refreshed, event(), begin]).conditionsOf(0)).toEqual([]);
  });

  test('doubt that an active or disabled condition is over because the server lists it no more', () => {
    const unlisted = { isRetained: false, isAcked: true };
    const disabled = { id: 'b', isEnabled: false, isActive: undefined, isRetained: false };
    const before = [...refreshed, event(unlisted), event(disabled), event({ id: 'c' })];
    const ids = (steps: readonly Step[]) =>
      after(steps)
        .doubtful()
        .map(({ id }) => id);
    expect(ids([...before, begin, refreshBegan])).toEqual(['a', 'b']);
    expect(ids([...before, begin, begin, refreshBegan, event({ id: 'b' })])).toEqual(['a']);
    expect(ids([...before, refreshBegan])).toEqual(['a', 'b']);
    // What could not be looked at meanwhile is doubtful still, until its next event.
    expect(ids([...before, begin, ...refreshed])).toEqual(['a', 'b']);
    expect(ids([...before, begin, ...refreshed, event(over), event({ id: 'b' })])).toEqual([]);
    expect(statesAfter(...before, begin, refreshBegan, event(unlisted), refreshEnded)).toEqual(['active', 'active']);
  });

  test('are not inactive for certain with more conditions of a name than are kept', () => {
    const many = Array.from({ length: 1001 }, (_, n) => event({ id: String(n), isActive: false }));
    const states = [...refreshed, ...many];
    expect(statesAfter(...states.slice(0, -1))).toEqual(['inactive', 'inactive']);
    expect(statesAfter(...states)).toEqual(['crowded', 'crowded']);
    expect(statesAfter(...states, event({ id: '7' }))).toEqual(['active', 'active']);
    expect(statesAfter(...states, ...refreshed)).toEqual(['inactive', 'inactive']);
  });

  test('are active exactly while some condition of theirs is, whatever happens', () => {
    const happening = fc.oneof(
      { weight: 8, arbitrary: fc.record({ id: fc.constantFrom('a', 'b', 'c'), isActive: fc.boolean() }) },
      { weight: 1, arbitrary: fc.constantFrom('refresh' as const, 'session' as const) },
    );
    const sources: Readonly<Record<string, string>> = { a: 'Tank1', b: 'Tank1', c: 'Tank2' };
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const plant = new Map<string, boolean>();
        const states = new ConditionStates(names);
        const tell = (id: string): unknown =>
          states.take(
            told({ id, source: sources[id] as string, isActive: plant.get(id), isRetained: plant.get(id) === true }),
          );
        const refresh = (): void => {
          states.refreshBegan();
          for (const [id, isActive] of plant) if (isActive) tell(id);
          states.refreshEnded(undefined);
        };
        refresh();
        for (const one of happenings) {
          if (one === 'session') states.begin();
          if (typeof one === 'string') refresh();
          else {
            plant.set(one.id, one.isActive);
            tell(one.id);
          }
          const isActive = (wanted: string | undefined): boolean =>
            [...plant].some(([id, active]) => active && (wanted ?? sources[id]) === sources[id]);
          expect(names.map((_, tag) => states.at(tag).state)).toEqual(
            names.map(({ source }) => (isActive(source) ? 'active' : 'inactive')),
          );
        }
      }),
    );
  });
});
