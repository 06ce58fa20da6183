import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../gateway/contract/index.js';
import { HeldValues, type ModbusSimulatorOptions, type UnitSpec, type WireEvent } from '../../firmware-sim/index.js';
import { dial, HandClock, serve } from './field.js';

const map = {
  entries: [
    { area: 'holding', address: 0, tag: 'level', type: 'int16' },
    { area: 'holding', address: 1, tag: 'flow', type: 'float32' },
  ],
} as const;

const unit = (id: number, level = id): UnitSpec => ({
  unit: id,
  map,
  model: new HeldValues({ level, flow: 1.5 }),
});

const tcp: ModbusSimulatorOptions = { transport: { kind: 'tcp', port: 0 }, units: [unit(1), unit(2)] };
const rtu: ModbusSimulatorOptions = { ...tcp, transport: { kind: 'rtu-over-tcp', port: 0 } };

/** Reads level of unit 1 and 2, RTU, with their answers. */
const askOne = '01 03 0000 0001 84 0a';
const askTwo = '02 03 0000 0001 84 39';
const one = '01030200017984';
const two = '02030200027d85';

/** Reads level over Modbus TCP. */
const askTcp = (transaction: number, id = 1) =>
  `${transaction.toString(16).padStart(4, '0')} 0000 0006 0${id} 03 0000 0001`;
const answerTcp = (transaction: number, id = 1) =>
  `${transaction.toString(16).padStart(4, '0')}000000050${id}0302000${id}`;

async function faulty(fault: Fault, options: ModbusSimulatorOptions = rtu) {
  const served = await serve(options);
  served.simulator.inject(fault);
  return served;
}

const answersOf = (events: readonly WireEvent[]) => events.filter((event) => event.kind === 'answer');

describe('what befalls a reply', () => {
  test('late: its last byte leaves within the span after the request', async () => {
    const clock = new HandClock();
    const { wire, events } = await faulty({ kind: 'late', share: 1, fromMs: 60, toMs: 140 }, { ...rtu, clock });
    wire.send(askOne);
    while (events.length === 0) await new Promise(setImmediate);
    await clock.pass(59);
    expect(answersOf(events)).toEqual([]);
    await clock.pass(81);
    expect(await wire.take(7)).toBe(one);
    const [answer] = answersOf(events);
    expect(answer?.fault).toBe('late');
    expect(answer?.endMs).toBeGreaterThanOrEqual(1060);
    expect(answer?.endMs).toBeLessThan(1140);
  });

  test('a queueing unit answers late what it was asked before, then what it is asked now', async () => {
    const { wire } = await faulty({ kind: 'late', share: 1, fromMs: 5, toMs: 15 });
    wire.send(askOne);
    expect(await wire.ask('01 03 0001 0001 d5 ca', 14)).toBe(`${one}0103023fc0a9e4`);
  });

  test('a dropping unit forgets an answer when asked anew, and says so in the log', async () => {
    const { wire, simulator, events } = await faulty(
      { kind: 'late', share: 1, fromMs: 10_000, toMs: 10_001 },
      { ...rtu, slave: 'dropping' },
    );
    wire.send(askOne);
    while (events.length === 0) await new Promise(setImmediate);
    simulator.heal();
    expect(await wire.ask(askOne, 7)).toBe(one);
    expect(answersOf(events).map(({ exchange, sent, fault }) => ({ exchange, sent, fault }))).toEqual([
      { exchange: 1, sent: false, fault: 'superseded' },
      { exchange: 2, sent: true, fault: undefined },
    ]);
  });

  test('a late unit does not hold up another one', async () => {
    const { wire, simulator, events } = await faulty({ kind: 'late', share: 1, fromMs: 50, toMs: 60 });
    wire.send(askOne);
    while (events.length === 0) await new Promise(setImmediate);
    simulator.heal();
    expect(await wire.ask(askTwo, 7)).toBe(two);
    expect(await wire.take(7)).toBe(one);
  });

  test('dropped: never sent, and logged so', async () => {
    const { wire, simulator, events } = await faulty({ kind: 'dropped', share: 1 });
    wire.send(askOne);
    while (answersOf(events).length === 0) await new Promise(setImmediate);
    simulator.heal();
    expect(await wire.ask(askTwo, 7)).toBe(two);
    expect(answersOf(events)[0]).toMatchObject({ sent: false, fault: 'dropped', words: [1] });
  });

  test('duplicated: sent twice, logged once', async () => {
    const { wire, events } = await faulty({ kind: 'duplicated', share: 1 });
    expect(await wire.ask(askOne, 14)).toBe(one + one);
    expect(answersOf(events)).toHaveLength(1);
  });

  test('merged: two answers asked for together come in one piece', async () => {
    const { wire } = await faulty({ kind: 'merged', share: 1 }, tcp);
    const pieces: string[] = [];
    wire.socket.on('data', (bytes: Buffer) => pieces.push(bytes.toString('hex')));
    wire.send(askTcp(1) + askTcp(2, 2));
    await wire.take(22);
    expect(pieces).toEqual([answerTcp(1) + answerTcp(2, 2)]);
  });

  test('merged: an answer alone takes noise along', async () => {
    const { wire } = await faulty({ kind: 'merged', share: 1 });
    const reply = await wire.ask(askOne, 8);
    expect(reply.startsWith(one)).toBe(true);
    expect(reply.length / 2).toBeGreaterThan(7);
  });

  test('truncated: the end is missing; over Modbus TCP the connection goes with it', async () => {
    const serial = await faulty({ kind: 'truncated', share: 1 });
    const start = await serial.wire.ask(askOne, 1);
    expect(one.startsWith(start)).toBe(true);
    expect(start.length).toBeLessThan(one.length);
    const { wire } = await faulty({ kind: 'truncated', share: 1 }, tcp);
    wire.send(askTcp(1));
    await wire.ended();
    expect(answerTcp(1).startsWith(wire.received.toString('hex'))).toBe(true);
    expect(wire.received.length).toBeLessThan(11);
  });

  test('garbage comes before the answer', async () => {
    const { wire } = await faulty({ kind: 'garbage', share: 1 });
    const reply = await wire.ask(askOne, 8);
    expect(reply.endsWith(one)).toBe(true);
    expect(reply.length / 2).toBeLessThanOrEqual(15);
  });

  test('a foreign frame before the answer is whole, and of another unit', async () => {
    const { wire } = await faulty({ kind: 'foreign-frame', share: 1 });
    for (let round = 0; round < 20; round += 1) {
      const reply = await wire.ask(askOne, 14);
      expect(reply.endsWith(one)).toBe(true);
      expect(reply.slice(0, 2)).not.toBe('01');
      expect(['03']).toContain(reply.slice(2, 4));
    }
  });

  test('a foreign frame over Modbus TCP carries another transaction', async () => {
    const { wire } = await faulty({ kind: 'foreign-frame', share: 1 }, tcp);
    const reply = await wire.ask(askTcp(7), 22);
    expect(reply.slice(22)).toBe(answerTcp(7));
    expect(reply.slice(0, 4)).not.toBe('0007');
  });

  test('exception: the code asked for, and no value in the log', async () => {
    const { wire, events } = await faulty({ kind: 'exception', share: 1, code: 6 }, tcp);
    expect(await wire.ask(askTcp(1), 9)).toBe('000100000003018306');
    expect(answersOf(events)[0]).toMatchObject({ exception: 6, words: [], fault: 'exception' });
  });

  test('shares are kept, and the same seed befalls the same replies', async () => {
    const run = async () => {
      const { wire, simulator, events } = await serve({ ...tcp, seed: 9 });
      simulator.inject({ kind: 'exception', share: 0.2, code: 6 });
      simulator.inject({ kind: 'dropped', share: 0.1 });
      for (let exchange = 1; exchange <= 1000; exchange += 1) wire.send(askTcp(exchange));
      while (answersOf(events).length < 1000) await new Promise(setImmediate);
      return answersOf(events).map(({ fault }) => fault);
    };
    const [first, second] = [await run(), await run()];
    expect(first).toEqual(second);
    expect(first.filter((fault) => fault === 'exception').length).toBeGreaterThan(150);
    expect(first.filter((fault) => fault === 'exception').length).toBeLessThan(250);
    expect(first.filter((fault) => fault === 'dropped').length).toBeGreaterThan(60);
    expect(first.filter((fault) => fault === 'dropped').length).toBeLessThan(140);
  });

  test('shares beyond the whole are refused', async () => {
    const { simulator } = await faulty({ kind: 'dropped', share: 0.7 });
    expect(() => simulator.inject({ kind: 'garbage', share: 0.4 })).toThrow('sum to at most 1');
    simulator.inject({ kind: 'dropped', share: 0.1 });
    simulator.inject({ kind: 'garbage', share: 0.4 });
  });
});

describe('what befalls a unit or a server', () => {
  test('dead: silent while others answer; healed, it answers', async () => {
    const { wire, simulator, events } = await faulty({ kind: 'dead', unit: 1 });
    wire.send(askOne);
    while (events.length === 0) await new Promise(setImmediate);
    expect(await wire.ask(askTwo, 7)).toBe(two);
    simulator.heal();
    expect(await wire.ask(askOne, 7)).toBe(one);
  });

  test('slow: its answer takes longer by as much, another unit does not', async () => {
    const clock = new HandClock();
    const { wire, events } = await faulty({ kind: 'slow', unit: 1, byMs: 300 }, { ...rtu, clock });
    wire.send(askOne + askTwo);
    expect(await wire.take(7)).toBe(two);
    await clock.pass(300);
    expect(await wire.take(7)).toBe(one);
    expect(answersOf(events).map(({ unit: id, endMs }) => [id, endMs])).toEqual([
      [2, 1000],
      [1, 1300],
    ]);
  });

  test('half-open: takes everything and says nothing; healed, old connections end and new ones work', async () => {
    const { wire, simulator, events } = await faulty({ kind: 'half-open' }, tcp);
    wire.send(askTcp(1));
    while (events.length === 0) await new Promise(setImmediate);
    const second = await dial(simulator.address);
    second.send(askTcp(2));
    while (events.length < 2) await new Promise(setImmediate);
    expect(answersOf(events)).toEqual([]);
    simulator.heal();
    await Promise.all([wire.ended(), second.ended()]);
    const third = await dial(simulator.address);
    expect(await third.ask(askTcp(3), 11)).toBe(answerTcp(3));
  });
});

describe('what befalls a value', () => {
  const flowOf = async (fault: Fault, hours = 0) => {
    const clock = new HandClock();
    const model = new HeldValues({ level: 1, flow: 1.5 });
    const { wire, simulator } = await serve({ ...tcp, clock, units: [{ unit: 1, map, model }] });
    simulator.inject(fault);
    await clock.pass(hours * 3_600_000);
    model.command('flow', 2.5);
    const reply = await wire.ask('0001 0000 0006 01 03 0001 0002', 13);
    return Buffer.from(reply, 'hex').readFloatBE(9);
  };

  test('drift grows with time', async () => {
    expect(await flowOf({ kind: 'drift', unit: 1, tag: 'flow', perHour: 0.25 }, 2)).toBeCloseTo(3, 6);
  });

  test('stuck stays at what it was when it stuck', async () => {
    expect(await flowOf({ kind: 'stuck', unit: 1, tag: 'flow' })).toBe(1.5);
  });

  test('a broken sensor is NaN in a float', async () => {
    expect(await flowOf({ kind: 'broken-sensor', unit: 1, tag: 'flow' })).toBeNaN();
  });

  test('another unit, another tag: untouched', async () => {
    expect(await flowOf({ kind: 'stuck', unit: 2, tag: 'flow' })).toBe(2.5);
    expect(await flowOf({ kind: 'stuck', unit: 1, tag: 'level' })).toBe(2.5);
  });
});
