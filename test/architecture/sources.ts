import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The only top-level folders that hold code. */
export const codeFolders = ['gateway', 'drivers', 'pipelines', 'firmware-sim', 'config', 'test'] as const;

/** What a clone does not bring along. */
const notOurs = new Set(['node_modules', 'dist', 'data', 'coverage', '.git']);

/** Files below a folder of the checkout, as paths from its root with `/`, in order of name. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => posix.join(folder, path.split(sep).join('/')))
    .filter((path) => !path.split('/').some((part) => notOurs.has(part)) && statSync(join(root, path)).isFile())
    .sort();
}

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** One node of the syntax tree: `type` names it, the rest depends on it. */
export interface SyntaxNode {
  readonly type: string;
  readonly [part: string]: unknown;
}

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

function* nodesBelow(value: unknown): Generator<SyntaxNode> {
  if (Array.isArray(value)) {
    for (const one of value) yield* nodesBelow(one);
  } else if (typeof value === 'object' && value !== null) {
    if (isNode(value)) yield value;
    for (const part of Object.values(value)) yield* nodesBelow(part);
  }
}

const trees = new Map<string, readonly SyntaxNode[]>();

/** Every node of a TypeScript file. Words in comments and texts are none, so nothing is found there by mistake. */
export function nodesOf(path: string): readonly SyntaxNode[] {
  const known = trees.get(path);
  if (known) return known;
  const nodes = [...nodesBelow(parseSync(textOf(path), { syntax: 'typescript', target: 'es2022' }))];
  trees.set(path, nodes);
  return nodes;
}

/** One import, re-export, `import()` or `import('…')` of a type. */
export interface Import {
  readonly from: string;
  /** As written, for example `../contract/index.js` or `zod`. */
  readonly what: string;
  /** Gone after compiling. */
  readonly isType: boolean;
  /** Loaded when it is asked for: `import()`. */
  readonly isLazy: boolean;
}

const literal = (value: unknown): string | undefined =>
  isNode(value) && value.type === 'StringLiteral' ? String(value['value']) : undefined;

function importOf(from: string, node: SyntaxNode): Import | undefined {
  const found = (what: string | undefined, isType: boolean, isLazy: boolean): Import | undefined =>
    what === undefined ? undefined : { from, what, isType, isLazy };
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return found(literal(node['source']), node['typeOnly'] === true, false);
    case 'TsImportType':
      return found(literal(node['argument']), true, false);
    case 'CallExpression': {
      const [first] = node['arguments'] as readonly { readonly expression: unknown }[];
      return isNode(node['callee']) && node['callee'].type === 'Import'
        ? found(literal(first?.expression), false, true)
        : undefined;
    }
    default:
      return undefined;
  }
}

export const importsOf = (path: string): Import[] => nodesOf(path).flatMap((node) => importOf(path, node) ?? []);

/** The source file a relative import leads to; undefined for a package or a part of Node. */
export function targetOf({ from, what }: Import): string | undefined {
  if (!what.startsWith('.')) return undefined;
  return posix.join(posix.dirname(from), what).replace(/\.js$/, '.ts');
}

/** The package an import comes from, `@scope/name` or `name`; undefined for our own files and parts of Node. */
export function packageOf({ what }: Import): string | undefined {
  if (what.startsWith('.') || what.startsWith('node:')) return undefined;
  return what
    .split('/')
    .slice(0, what.startsWith('@') ? 2 : 1)
    .join('/');
}
