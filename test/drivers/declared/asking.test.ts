import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DeviceFault, Quality } from '../../../gateway/contract/index.js';
import { createDriver, type DeclaredUnderTest, type DeviceSpec, linkOf, readAll } from './declared-link.js';
import { InstrumentPeer } from './instrument-peer.js';

const never = new AbortController().signal;

const indicator: DeviceSpec = {
  device: {
    unit: 3,
    messages: {
      gross: { kind: 'text', request: 'G{unit:2}\\r', pattern: '{w}kg' },
      tare: { kind: 'text', request: 'T{unit:2}\\r', pattern: '{w}kg' },
    },
  },
  tags: { gross: { message: 'gross', field: 'w' }, tare: { message: 'tare', field: 'w', type: 'integer' } },
};

let instrument: InstrumentPeer;
let driver: DeclaredUnderTest;

beforeEach(async () => {
  instrument = await InstrumentPeer.start();
});

afterEach(async () => {
  await driver.close();
  await instrument.stop();
});

async function ask(settings: object, spec = indicator) {
  const link = linkOf({ address: instrument.address, timeout: '80ms', gap: '1ms', ...settings }, { d: spec });
  driver = await createDriver(link);
  await driver.connect(never);
  return link;
}

const answers =
  (texts: Readonly<Record<string, string>>) =>
  (requests: readonly Buffer[]): Buffer | undefined => {
    const text = texts[requests.at(-1)?.toString() ?? ''];
    return text === undefined ? undefined : Buffer.from(text);
  };

describe('an instrument that is asked', () => {
  test('gives each message to its own request, with the address in it', async () => {
    const link = await ask({});
    instrument.answer = answers({ 'G03\r': '12.5kg\r\n', 'T03\r': '4kg\r\n' });
    expect((await readAll(driver, link, 'd')).values).toEqual({ gross: 12.5, tare: 4 });
    expect(driver.counters()).toEqual({ requests: 2, answers: 2, unanswered: 0 });
  });

  test('on a line that gives back what is sent', async () => {
    const link = await ask({});
    instrument.answer = answers({ 'G03\r': 'G03\r12.5kg\r\n', 'T03\r': 'T03\r4kg\r\n' });
    expect((await readAll(driver, link, 'd')).values).toEqual({ gross: 12.5, tare: 4 });
  });

  test('one message that fails leaves the others good', async () => {
    const link = await ask({ lateness: '90ms' });
    instrument.answer = answers({ 'T03\r': '4.5kg\r\n' });
    expect((await readAll(driver, link, 'd')).qualities).toEqual({ gross: 'bad-no-answer', tare: 'bad-decoding' });
  });

  test('a late answer is not taken for that of the next request', async () => {
    const link = await ask({ lateness: '400ms' });
    // The answer to G comes after its time-out and before its lateness: just when T's would be waited for.
    instrument.answer = (requests) => {
      const isGross = requests.at(-1)?.toString() === 'G03\r';
      setTimeout(() => void instrument.say(isGross ? '12.5kg\r\n' : '4kg\r\n'), isGross ? 110 : 50);
      return undefined;
    };
    expect(await readAll(driver, link, 'd')).toMatchObject({
      values: { tare: 4 },
      qualities: { gross: 'bad-no-answer', tare: 'good' },
    });
  });

  test('an answer that is not as declared is said with what came instead', async () => {
    const link = await ask({ lateness: '90ms' });
    instrument.answer = () => Buffer.from('ERR\r\n');
    const fault = await readAll(driver, link, 'd').catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(DeviceFault);
    expect((fault as DeviceFault).quality).toBe(Quality['bad-frame']);
    expect((fault as DeviceFault).message).toMatch(/^asked d for gross: .* instead came 45 52 52 0d 0a/);
  });
});
