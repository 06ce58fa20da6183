import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadSite, registries } from '../../../config/index.js';
import { keysOf, toJson } from '../../../config/schema/json.js';
import { addressText } from '../../../gateway/cli/explain-address.js';

const file = join('test', 'config', 'every-driver.yaml');

/** An address of each form that tags of a site of every driver have. */
async function addresses(): Promise<Map<string, unknown>> {
  const { site } = await loadSite(file);
  const tags = (site?.links ?? []).flatMap(({ driver, devices }) =>
    devices.flatMap(({ groups }) => groups.flatMap((group) => group.tags.map(({ address }) => ({ driver, address })))),
  );
  return new Map(
    tags.map(({ driver, address }) => [`${driver} ${Object.keys(address as object).join()}`, address] as const),
  );
}

describe('where a value is read', () => {
  test.each([
    [
      { register: { table: 'holding', start: 21 }, type: 'float32', order: 'CDAB' },
      'register holding 21, type float32, order CDAB',
      '保持寄存器 21，类型 float32，字节序 CDAB',
    ],
    [{ register: { table: 'coil', start: 0 } }, 'register coil 0', '线圈 0'],
    [
      { path: [{ key: 'data' }, { index: 2 }], type: 'integer' },
      'path data 2, type integer',
      '路径 data 2，类型 integer',
    ],
    [
      { place: { start: { namespace: 'urn:kiln', id: 's=T' }, path: [] }, field: [] },
      'place urn:kiln s=T',
      '节点 urn:kiln s=T',
    ],
    [{ path: { text: 'now.temp', steps: [{ kind: 'key', key: 'now' }] } }, 'path now.temp', '路径 now.temp'],
    ['as it is', 'as it is', 'as it is'],
  ])('%j is told in both languages', (address, en, zh) => {
    expect(addressText(address, 'en')).toBe(en);
    expect(addressText(address, 'zh')).toBe(zh);
  });

  test('is told in words for every driver', async () => {
    const found = await addresses();
    expect(found.size).toBeGreaterThan(Object.keys(registries.drivers).length);
    for (const address of found.values()) {
      for (const language of ['en', 'zh'] as const) expect(addressText(address, language)).not.toContain('[object');
    }
  });

  test('has a Chinese word for every key of a tag, of whatever driver', async () => {
    const written = Object.values(registries.drivers).flatMap(({ tag }) => keysOf(toJson(tag)));
    const kept = [...(await addresses()).values()].flatMap((address) => Object.keys(address as object));
    const untold = [...new Set([...written, ...kept])].filter((key) => addressText({ [key]: 1 }, 'zh') === `${key} 1`);
    expect(untold).toEqual([]);
  });
});
