import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { Bench, frames, json, run } from './running-site.js';
import { sluice } from './sluice.js';

const bench = new Bench();

/** Humidity of the simulated device, protected by law. */
const protectedTag = (scale: number) => `profiles:
  sealed:
    driver: modbus
    poll: 100ms
    tags: { humidity: { register: input 2, type: int16, scale: ${scale}, unit: "%", statutory: true } }
rules:
  damp: { type: limits, devices: ["*"], tag: humidity, H: 80 }
`;

async function sealedPlace(name: string) {
  const place = await bench.place(name, { more: protectedTag(0.1) });
  const text = await readFile(place.file, 'utf8');
  await writeFile(place.file, text.replace('profile: xy-md02', 'profile: sealed'));
  const changed = bench.path(`${name}-new.yaml`);
  await writeFile(changed, (await readFile(place.file, 'utf8')).replace('scale: 0.1', 'scale: 0.05'));
  return { place, changed };
}

interface Told {
  readonly attention: readonly { readonly name: string }[];
}

describe('a change of what the law protects', () => {
  test('is held back, shown, approved by two users, and applied at the next start', async () => {
    const { place, changed } = await sealedPlace('sealed');
    const engineer = async (name: string) =>
      (await sluice(['user', 'add', name, '--role', 'engineer', '--site', place.file])).out.trim();
    const first = await run(place);
    const zhang = await engineer('zhang');
    const [li] = await Promise.all([engineer('li'), frames(place, 1)]);
    await first.stop();

    const held = await run({ file: changed });
    const as = (token: string) => ({ env: { SLUICE_TOKEN: token } });
    const [values, { attention }, shown, nobody] = await Promise.all([
      json<readonly { tag: string; value: number }[]>(`${place.url}/api/values?device=climate-1`),
      json<Told>(`${place.url}/api/overview`),
      sluice(['statutory', '--site', changed], as(zhang)),
      sluice(['statutory', 'approve', '--site', changed]),
    ]);
    expect(values.every(({ value }) => value === null || value === 60.5)).toBe(true);
    expect(attention).toContainEqual(expect.objectContaining({ name: 'configuration' }));
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toContain('climate-1/humidity  scale: 0.1 → 0.05');
    expect(shown.out).toContain('Nobody has approved them yet.');
    expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining('SLUICE_TOKEN') });
    const one = await sluice(['statutory', 'approve', '--site', changed, '--lang', 'zh'], as(zhang));
    expect(one.out).toContain('zhang 已批准。还须另一人批准');
    const two = await sluice(['statutory', 'approve', '--site', changed, '--json'], as(li));
    expect(JSON.parse(two.out)).toMatchObject({ approvers: ['zhang', 'li'], isApproved: true });
    const { err } = await held.stop();
    expect(err).toContain('NOT APPLIED');
    expect(err).toContain('climate-1/humidity  scale: 0.1 → 0.05');

    const stopped = await sluice(['statutory', '--site', changed]);
    expect(stopped.out).toContain('The gateway is stopped');
    expect(stopped.out).toContain('scale: 0.1 → 0.05');
    const applied = await run({ file: changed });
    expect((await sluice(['statutory', '--site', changed], as(zhang))).out).toContain('changes nothing');
    expect((await applied.stop()).err).not.toContain('NOT APPLIED');
  }, 60_000);

  test('of the id of the site ends with exit code 2 and what to do', async () => {
    const { place } = await sealedPlace('named');
    await (await run(place)).stop();
    const text = await readFile(place.file, 'utf8');
    await writeFile(place.file, text.replace('id: named', 'id: other'));
    expect(await sluice(['run', place.file, '--lang', 'zh'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('`id: named`，或'),
    });
  });
});
