import { describe, expect, test } from '@jest/globals';
import {
  type Acknowledged,
  type AcknowledgedBy,
  type Driver,
  type RecordEntry,
  silentLog,
} from '../../../gateway/contract/index.js';
import { DeviceAcknowledgements, waitingMax } from '../../../gateway/runtime/device-acknowledgements.js';

type Outcome = 'taken' | 'already';
type Answer = (tag: string, by: AcknowledgedBy, signal: AbortSignal) => Promise<Outcome>;

const alarm = (tag: string, device = 'tank', kind = 'STATE', limit = 1) => ({
  key: `rule/${device}/${tag}/${kind}`,
  device,
  tag,
  kind,
  limit,
});
const li = { who: 'li', comment: 'seen' };

/** What was told of acknowledgements by a gateway with one link that answers so, and one that cannot. */
function doors(answer: Answer) {
  const records: Omit<RecordEntry, 'instant' | 'time'>[] = [];
  const known = { of: 'High of Tank1' };
  const driver = {
    acknowledge: (_device: string, tag: string): Acknowledged | undefined =>
      tag === 'level' ? undefined : { of: [known.of], send: (by, signal) => answer(tag, by, signal) },
  };
  const devices = (name: string) => ({ devices: [{ name }] });
  const acknowledgements = new DeviceAcknowledgements({
    links: [
      { driver: driver as unknown as Driver, config: devices('tank') },
      { driver: {} as Driver, config: devices('scale') },
    ],
    note: (record) => void records.push(record),
    log: silentLog,
  });
  return {
    acknowledgements,
    records,
    known,
    outcomes: () => records.map(({ fields }) => [fields['tag'], fields['outcome']]),
  };
}

describe('an acknowledgement passed on to a device', () => {
  test('is told with what came of it: taken, already so, or why not', async () => {
    const { acknowledgements, records } = doors(async (tag) => {
      if (tag === 'refused') throw new Error('not allowed: ask the engineer');
      return tag as Outcome;
    });
    for (const tag of ['taken', 'already', 'refused']) acknowledgements.pass(alarm(tag), li);
    await acknowledgements.settled();
    const conditions = ['High of Tank1'];
    expect(records.map(({ fields }) => fields)).toEqual([
      { alarm: 'rule/tank/taken/STATE', tag: 'taken', ...li, conditions, outcome: 'taken' },
      { alarm: 'rule/tank/already/STATE', tag: 'already', ...li, conditions, outcome: 'already' },
      {
        alarm: 'rule/tank/refused/STATE',
        tag: 'refused',
        ...li,
        conditions,
        outcome: 'failed',
        reason: 'not allowed: ask the engineer',
      },
    ]);
    expect(records[0]).toMatchObject({ kind: 'record', device: 'tank', name: 'acknowledgement', at: null });
  });

  test('says nothing where nothing is passed on: another tag, another driver, no link', async () => {
    const { acknowledgements, records } = doors(async () => 'taken');
    for (const device of ['tank', 'scale', 'box']) acknowledgements.pass(alarm('level', device), li);
    await acknowledgements.settled();
    expect(records).toEqual([]);
  });

  test.each([
    ['is bad', 'BAD', Number.NaN],
    ['is silent', 'STALE', 1],
    ['is false', 'STATE', 0],
    ['is not true', 'STATE', Number.NaN],
    ['is over a limit', 'HIGH', 1],
  ])('is not sent for an alarm that says its tag %s', async (_, kind, limit) => {
    const { acknowledgements, records } = doors(async () => 'taken');
    acknowledgements.pass(alarm('high', 'tank', kind, limit), li);
    await acknowledgements.settled();
    expect(records).toEqual([]);
  });

  test('is of what the device had told when the person acted, while it waits for another', async () => {
    let isTaken: (outcome: Outcome) => void = () => undefined;
    const sent = new Promise<Outcome>((resolve) => {
      isTaken = resolve;
    });
    const { acknowledgements, records, known } = doors((tag) => (tag === 'first' ? sent : Promise.resolve('taken')));
    acknowledgements.pass(alarm('first'), li);
    acknowledgements.pass(alarm('second'), li);
    known.of = 'High of Tank2';
    isTaken('taken');
    await acknowledgements.settled();
    expect(records.map(({ fields }) => fields['conditions'])).toEqual([['High of Tank1'], ['High of Tank1']]);
  });

  test('goes one after the other, and a stop ends what is under way and what waits', async () => {
    const asked: string[] = [];
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const { acknowledgements, outcomes } = doors((tag, _by, signal) => {
      asked.push(tag);
      begun();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('closed'))));
    });
    acknowledgements.pass(alarm('first'), li);
    acknowledgements.pass(alarm('second'), li);
    await hasBegun;
    expect(asked).toEqual(['first']);
    await acknowledgements.stop();
    expect(asked).toEqual(['first']);
    expect(outcomes()).toEqual([
      ['first', 'failed'],
      ['second', 'failed'],
    ]);
  });

  test(`waits with ${waitingMax} others at most; one more is told at once`, async () => {
    const { acknowledgements, records, outcomes } = doors(async () => 'taken');
    for (let n = 0; n <= waitingMax; n += 1) acknowledgements.pass(alarm(`tag-${n}`), li);
    expect(outcomes()).toEqual([[`tag-${waitingMax}`, 'failed']]);
    expect(records[0]?.fields['reason']).toMatch(
      /100 acknowledgements wait for this link: acknowledge it at the device/,
    );
    await acknowledgements.settled();
    expect(outcomes()).toHaveLength(waitingMax + 1);
    acknowledgements.pass(alarm('later'), li);
    await acknowledgements.settled();
    expect(outcomes().at(-1)).toEqual(['later', 'taken']);
  });
});
