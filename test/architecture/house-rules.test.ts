import { basename } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { codeFolders, filesBelow, nodesOf, type SyntaxNode, textOf } from './sources.js';

const files = codeFolders.flatMap(filesBelow);
const typescript = files.filter((path) => path.endsWith('.ts'));
const product = typescript.filter((path) => !path.startsWith('test/'));

/**
 * Files of the product that look at the machine's clock or set a timer, and why it must be there. Everything else is
 * handed a `Clock`. The list may only shrink.
 */
const clockWatchers: Readonly<Record<string, string>> = {
  'gateway/runtime/subscription-supervisor.ts': 'lets answers leave before a stop: a turn, and no time',
  'gateway/runtime/system-clock.ts': 'this is the clock that everything else is handed',
  'firmware-sim/system-clock.ts': 'the simulated field keeps a clock of its own',
  'gateway/cli/bench/read-rate.ts': 'measures how fast this box is',
  'gateway/cli/bench/sync-time.ts': 'measures how fast this box is',
  'gateway/cli/bench/timer-lateness.ts': 'measures how late this box wakes',
  'gateway/cli/bug.ts': 'stamps a fault of our own, when no clock may be left to ask',
  'gateway/cli/commands/backup.ts': 'labels a backup, outside any gateway',
  'gateway/cli/commands/clock.ts': "offers the laptop's time to the gateway",
  'gateway/cli/commands/demo.ts': 'tells a person how long the start took',
  'gateway/cli/commands/explain.ts': '`now`, as the person at the keyboard means it',
  'gateway/cli/commands/restore.ts': 'labels what a restore put aside, outside any gateway',
  'gateway/cli/demo/first-readings.ts': 'a person waits for the first readings',
  'gateway/cli/fit-heap.ts': 'looks at the heap of its own process',
  'gateway/cli/gateway-client.ts': 'a person waits for the answer of a gateway',
  'gateway/cli/progress.ts': 'a person is told how long it will still take',
  'gateway/cli/run/stop-orderly.ts': 'a person who pressed Ctrl-C is told when the stop takes long',
};

const timers = new Set(['setTimeout', 'setInterval', 'setImmediate']);
const looks = new Set(['Date.now', 'performance.now', 'process.hrtime', 'process.uptime', 'AbortSignal.timeout']);

const nameOf = (node: unknown): string => {
  const { type, value } = node as SyntaxNode;
  return type === 'Identifier' ? String(value) : '';
};

function looksAtClock(node: SyntaxNode): boolean {
  switch (node.type) {
    case 'Identifier':
      return timers.has(nameOf(node));
    case 'MemberExpression':
      return looks.has(`${nameOf(node['object'])}.${nameOf(node['property'])}`);
    case 'NewExpression':
      return nameOf(node['callee']) === 'Date' && (node['arguments'] as unknown[] | null)?.length === 0;
    default:
      return false;
  }
}

test('time comes from the clock, but in the files that say why not', () => {
  const watchers = product.filter((path) => nodesOf(path).some(looksAtClock));
  expect(watchers.sort()).toEqual(Object.keys(clockWatchers).sort());
});

test('only these top-level folders hold code, and none is for odds and ends', () => {
  const vague = /(^|\/)(utils?|helpers?|common|misc|lib)(\/|\.ts$)|(manager|helper|utils?)\.ts$/;
  expect(files.filter((path) => vague.test(path))).toEqual([]);
});

test('one thing a file: none over 400 lines', () => {
  const code = files.filter((path) => /\.(ts|cjs|mjs|js|css|html)$/.test(path));
  expect(code.filter((path) => textOf(path).split('\n').length > 401)).toEqual([]);
});

test('files are in kebab-case', () => {
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/;
  expect(typescript.filter((path) => !kebab.test(basename(path)))).toEqual([]);
});

test('what the compiler makes lies in dist, never beside the sources', () => {
  const made = /\.(d\.ts|js\.map|tsbuildinfo)$/;
  const stray = files.filter(
    (path) => made.test(path) || (path.endsWith('.js') && files.includes(path.replace(/\.js$/, '.ts'))),
  );
  expect(stray).toEqual([]);
  // Programs of the status page are served as they are; nothing else is written in JavaScript.
  expect(files.filter((path) => path.endsWith('.js') && !path.startsWith('gateway/console/web/'))).toEqual([]);
});

test('nothing is exported by default', () => {
  const byDefault = new Set(['ExportDefaultDeclaration', 'ExportDefaultExpression']);
  expect(typescript.filter((path) => nodesOf(path).some(({ type }) => byDefault.has(type)))).toEqual([]);
});

describe('tests', () => {
  const tests = typescript.filter((path) => path.startsWith('test/'));
  const words = tests.map((path) => [path, textOf(path)] as const);
  const own = 'test/architecture/house-rules.test.ts';

  test('are never switched off, and never run alone', () => {
    const off = /\b(test|describe|it)\.(only|skip|todo|failing)\b|\b[xf](it|test|describe)\(/;
    // A test without its peer is skipped by the two files that say so at the end of the run.
    const sayers = [own, 'test/support/peers.ts', 'test/support/field-data.ts'];
    expect(words.flatMap(([path, text]) => (off.test(text) && !sayers.includes(path) ? [path] : []))).toEqual([]);
  });

  test('are handed fakes in place of mocked modules', () => {
    const mocked = /\bjest\.(unstable_mockModule|mock|doMock)\b/;
    expect(words.flatMap(([path, text]) => (mocked.test(text) && path !== own ? [path] : []))).toEqual([]);
  });
});
