/** @jest-environment ./test/drivers/opcua/one-realm.cjs */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { NodeNames } from '../../../drivers/opcua/browse/node-name.js';
import { References } from '../../../drivers/opcua/browse/references.js';
import type { Connection } from '../../../drivers/opcua/connection.js';
import { loadOpcua, type Opcua } from '../../../drivers/opcua/library.js';

let opcua: Opcua;
beforeAll(async () => {
  opcua = await loadOpcua();
}, 60_000);

interface Answers {
  readonly browse: (count: number) => unknown[];
  readonly browseNext?: (count: number) => unknown[];
}

/** References of a server that answers what a test has it answer. */
function referencesOf({ browse, browseNext = () => [] }: Answers): Promise<References> {
  const session = {
    read: async () => ({ value: { value: 100 } }),
    browse: async (nodes: unknown[]) => browse(nodes.length),
    browseNext: async (points: unknown[]) => browseNext(points.length),
  };
  const ask = <T>(_what: string, request: () => Promise<T>): Promise<T> => request();
  return References.of({ session, ask } as unknown as Connection);
}

const refusal = (name: string): Error => Object.assign(new Error(name), { statusCode: { name, value: 0x80b90000 } });
const good = { value: 0, name: 'Good' };
const page = (references: readonly unknown[], next?: string) => ({
  statusCode: good,
  references: [...references],
  continuationPoint: next === undefined ? undefined : Buffer.from(next),
});
const nodes = (count: number) => Array.from({ length: count }, (_, at) => opcua.resolveNodeId(`ns=1;i=${at}`));

describe('what lies below nodes', () => {
  test('is found one by one where the server refuses more, and the one it refuses is told by its status', async () => {
    let asked = 0;
    const references = await referencesOf({
      browse: (count) => {
        if (count > 1) throw refusal('BadResponseTooLarge');
        asked += 1;
        if (asked === 2) throw refusal('BadUserAccessDenied');
        return [page(['a'])];
      },
    });
    const found = await references.below(nodes(3), 100);
    expect(found.map((one) => [one.references.length, one.refused])).toEqual([
      [1, undefined],
      [0, 'BadUserAccessDenied'],
      [1, undefined],
    ]);
  });

  test('ends with a server that has empty pages for ever, or refuses to go on', async () => {
    const endless = await referencesOf({ browse: () => [page([], 'x')], browseNext: () => [page([], 'x')] });
    expect(await endless.below(nodes(1), 100)).toEqual([{ references: [], isCut: true, refused: undefined }]);
    const refusing = await referencesOf({
      browse: () => [page(['a'], 'x')],
      browseNext: () => {
        throw refusal('BadContinuationPointInvalid');
      },
    });
    expect(await refusing.below(nodes(1), 100)).toEqual([{ references: ['a'], isCut: true, refused: undefined }]);
  });
});

test('a node of a namespace without a URI, or of one that cannot be written, has no name', () => {
  const names = new NodeNames(
    opcua,
    new Map([
      ['http://opcfoundation.org/UA/', 0],
      ['http://h/', 1],
      ['a;b', 2],
    ]),
  );
  const local = (namespace: number) => names.local({ identifierType: 2, value: 'x', namespace });
  expect(local(1)?.toString()).toBe('ns=1;s=x');
  expect([local(2), local(99)]).toEqual([undefined, undefined]);
  expect(names.uris).toEqual(['http://opcfoundation.org/UA/', 'http://h/']);
});
