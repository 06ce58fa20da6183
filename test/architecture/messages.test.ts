import { describe, expect, test } from '@jest/globals';
import { en as configEn } from '../../config/messages/en.js';
import { zh as configZh } from '../../config/messages/zh.js';
import { en as cliEn } from '../../gateway/cli/messages/en.js';
import { zh as cliZh } from '../../gateway/cli/messages/zh.js';
import { qualities } from '../../gateway/contract/index.js';
import { codeFolders, filesBelow, nodesOf, type SyntaxNode, textOf } from './sources.js';

type Catalogue = Readonly<Record<string, Readonly<Record<string, string>>>>;

const catalogues: readonly (readonly [string, Catalogue, Catalogue])[] = [
  ['config', configEn, configZh],
  ['gateway/cli', cliEn, cliZh],
];

const sentences = (catalogue: Catalogue): Map<string, string> =>
  new Map(
    Object.entries(catalogue).flatMap(([group, own]) =>
      Object.entries(own).map(([key, sentence]) => [`${group}.${key}`, sentence] as const),
    ),
  );

const placeholders = (sentence: string): string[] => [...new Set(sentence.match(/\{\w+\}/g) ?? [])].sort();

describe.each(catalogues)('the catalogue of %s', (box, en, zh) => {
  const [english, chinese] = [sentences(en), sentences(zh)];

  test('has the same sentences in both languages, and none is empty', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
    expect([...english, ...chinese].filter(([, sentence]) => sentence.trim() === '')).toEqual([]);
  });

  test('fills in the same words in both', () => {
    for (const [key, sentence] of english) {
      expect([key, placeholders(chinese.get(key) ?? '')]).toEqual([key, placeholders(sentence)]);
    }
  });

  test('says nothing that is never said', () => {
    const code = filesBelow(box).filter((path) => path.endsWith('.ts'));
    const words = code
      .filter((path) => !/messages\/(en|zh)\.ts$/.test(path))
      .map(textOf)
      .join('\n');
    const keys = [...english.keys()].map((key) => key.split('.')[1] as string);
    expect(keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(words))).toEqual([]);
  });
});

const isSaid = (text: string): boolean => text.trim() !== '';
const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text);

test('every quality is named in both languages', () => {
  for (const { text } of Object.values(qualities)) expect([isSaid(text.en), isChinese(text.zh)]).toEqual([true, true]);
});

/** The languages among the keys of an object, written out or as `{ en }`. */
function languagesOf(node: SyntaxNode): readonly string[] {
  const properties = node['properties'] as readonly SyntaxNode[];
  const keys = properties.map((property) => String(((property['key'] as SyntaxNode | undefined) ?? property)['value']));
  return keys.filter((key) => key === 'en' || key === 'zh');
}

test('whatever is said in place is said in both languages', () => {
  const product = codeFolders.filter((folder) => folder !== 'test').flatMap(filesBelow);
  const isHalf = (node: SyntaxNode): boolean => node.type === 'ObjectExpression' && languagesOf(node).length === 1;
  expect(product.filter((path) => path.endsWith('.ts') && nodesOf(path).some(isHalf))).toEqual([]);
});
