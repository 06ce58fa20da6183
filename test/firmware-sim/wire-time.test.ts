import { describe, expect, test } from '@jest/globals';
import { HeldValues, transmissionMs, turnaroundMs, type UnitSpec, type WireEvent } from '../../firmware-sim/index.js';
import { HandClock, serve } from './field.js';

const unit = (id: number): UnitSpec => ({
  unit: id,
  map: { entries: [{ area: 'holding', address: 0, tag: 'level', type: 'int16' }] },
  model: new HeldValues({ level: id }),
});

const askOne = '01 03 0000 0001 84 0a';
const askTwo = '02 03 0000 0001 84 39';
const wire = { baud: 9600, turnaroundMs: 5 } as const;
/** 8 bytes asked and 7 answered, ten bits each. */
const [requestMs, replyMs] = [80 / 9.6, 70 / 9.6];

const timesOf = (events: readonly WireEvent[]) => events.map(({ kind, unit: id, endMs }) => [kind, id, endMs]);

describe("the wire's time", () => {
  test('counts start, data, parity and stop bits', () => {
    expect(transmissionMs({ baud: 9600 }, 96)).toBe(100);
    expect(transmissionMs({ baud: 2400, parity: 'even' }, 24)).toBe(110);
    expect(transmissionMs({ baud: 1000, dataBits: 7, parity: 'odd', stopBits: 2 }, 1)).toBe(11);
    expect(turnaroundMs({ baud: 10_000 })).toBe(3.5);
    expect(transmissionMs(undefined, 1000)).toBe(0);
  });

  test('an answer ends after request, turnaround and its own bytes', async () => {
    const clock = new HandClock();
    const { wire: line, events } = await serve({
      transport: { kind: 'rtu-over-tcp', port: 0 },
      wire,
      clock,
      units: [unit(1)],
    });
    line.send(askOne);
    while (events.length === 0) await new Promise(setImmediate);
    await clock.pass(requestMs + 5 + replyMs - 0.01);
    expect(events).toHaveLength(1);
    await clock.pass(0.02);
    await line.take(7);
    expect(timesOf(events)).toEqual([
      ['request', 1, 1000 + requestMs],
      ['answer', 1, expect.closeTo(1000 + requestMs + 5 + replyMs, 9)],
    ]);
  });

  test('a bus carries one frame at a time: two requests at once are answered one after the other', async () => {
    const clock = new HandClock();
    const { wire: line, events } = await serve({
      transport: { kind: 'rtu-over-tcp', port: 0 },
      wire,
      clock,
      units: [unit(1), unit(2)],
    });
    line.send(askOne + askTwo);
    while (events.length < 2) await new Promise(setImmediate);
    await clock.pass(100);
    await line.take(14);
    const firstEnds = 1000 + 2 * requestMs + replyMs;
    expect(timesOf(events)).toEqual([
      ['request', 1, expect.closeTo(1000 + requestMs, 9)],
      ['request', 2, expect.closeTo(1000 + 2 * requestMs, 9)],
      ['answer', 1, expect.closeTo(firstEnds, 9)],
      ['answer', 2, expect.closeTo(firstEnds + replyMs, 9)],
    ]);
  });
});
