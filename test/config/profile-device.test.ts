import { describe, expect, test } from '@jest/globals';
import { loadSite } from '../../config/index.js';
import { memoryIo } from './fakes.js';

const site = (device: string, line = '{ profile: scale }') => `version: 1
site: { id: works, timezone: "+08:00" }
profiles:
  scale:
    driver: declared
    device: ${device}
    tags: { gross: { field: gross, unit: kg } }
links:
  gate: { driver: declared, address: "tcp://127.0.0.1:4001", devices: { gate: ${line} } }
`;

const load = (...written: Parameters<typeof site>) =>
  loadSite('site.yaml', memoryIo({ 'site.yaml': site(...written) }));

const told = async (...written: Parameters<typeof site>): Promise<string[]> =>
  (await load(...written)).problems.map(({ line, what }) => `${line}: ${what.en}`);

const messages = 'messages: { weight: { kind: text, pattern: "GS,{gross}kg" } }';

describe('what a profile says of each of its devices', () => {
  test('holds where the line of the device does not say it', async () => {
    const { site: plain } = await load(`{ maxAge: 3s, ${messages} }`);
    expect(plain?.links[0]?.devices[0]?.settings).toMatchObject({ maxAge: 3000, messages: { weight: {} } });
    const { site: own } = await load(`{ maxAge: 3s, ${messages} }`, '{ profile: scale, maxAge: 9s }');
    expect(own?.links[0]?.devices[0]?.settings).toMatchObject({ maxAge: 9000, messages: { weight: {} } });
  });

  test('is checked where it stands, and once', async () => {
    expect(await told(`{ maxAge: 3s, mesages: {} }`)).toEqual([expect.stringMatching(/^6: .*`mesages`/)]);
    expect(await told(`{ ${messages.replace('{gross}', '{gross')} }`)).toEqual([
      expect.stringMatching(/^6: something in braces is no placeholder/),
    ]);
  });

  test('may leave to the line what differs from device to device', async () => {
    expect(await told('{ maxAge: 3s }', `{ profile: scale, ${messages} }`)).toEqual([]);
    expect(await told('{ maxAge: 3s }')).toEqual([expect.stringMatching(/^9: .*`messages`/)]);
  });

  test('is nothing of what Sluice itself reads on that line', async () => {
    expect(await told(`{ profile: other, ${messages} }`)).toEqual([expect.stringMatching(/^6: .*`profile`/)]);
  });
});
