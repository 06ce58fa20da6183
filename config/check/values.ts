import type { z } from 'zod';
import type { Text } from '../../gateway/contract/index.js';
import { text } from '../messages/index.js';
import { hasFullWidth, toAscii } from '../source/full-width.js';
import type { Sentence } from '../source/source.js';
import { isObject, type Spot } from './checked.js';
import { exampleOf, exampleRemedy, inline, isSecretPlace, kindOf, wantsBytes, wantsDuration } from './examples.js';
import { nearest } from './nearest.js';

type Issue = z.core.$ZodIssue;

const yes = /^(yes|y|on|true|1|是|开)$/i;
const no = /^(no|n|off|false|0|否|关)$/i;

/** The very value in the form that is wanted; undefined where that cannot be known. */
function reformed({ value, written, schemas }: Spot): string | undefined {
  const types = new Set(schemas.map((schema) => schema.type));
  if (typeof value === 'string' && hasFullWidth(value)) return toAscii(value).trim();
  if (typeof value === 'number' && wantsDuration(schemas)) return `${value}s`;
  if ((types.has('number') || types.has('integer')) && typeof value === 'string') {
    return /^[+-]?\d+(\.\d+)?/.exec(value.trim())?.[0];
  }
  if (types.has('boolean') && yes.test(String(value))) return 'true';
  if (types.has('boolean') && no.test(String(value))) return 'false';
  if (types.has('array') && written !== undefined) return `[${written}]`;
  if (types.has('string') && written !== undefined) return `"${written}"`;
  return undefined;
}

/** Who wrote a word, a number or nothing meant no section and no list, where something else may stand as well. */
function likelySchemas({ value, schemas }: Spot): Spot['schemas'] {
  const isPlain = typeof value !== 'object' || value === null;
  const likely = schemas.filter(({ type }) => isPlain !== (type === 'object' || type === 'array'));
  return likely.length > 0 ? likely : schemas;
}

function wrongType(written: Spot): Sentence {
  const spot = { ...written, schemas: likelySchemas(written) };
  const { key, value, schemas } = spot;
  if (isSecretPlace(schemas) && value !== null) {
    return {
      what: text((m) => m.problem.secretWritten({ key })),
      remedy: text((m) => m.remedy.referToSecret({ key })),
    };
  }
  if (key === '') return { what: text((m) => m.problem.noSection()), remedy: exampleRemedy(schemas) };
  if (value === null || value === undefined) {
    return { what: text((m) => m.problem.emptyValue({ key })), remedy: exampleRemedy(schemas) };
  }
  const form = reformed(spot);
  const lacksUnit = typeof value === 'number' && (wantsDuration(schemas) || wantsBytes(schemas));
  return {
    what: text((m) => (lacksUnit ? m.problem.noUnit({ key }) : m.problem.wrongType({ key, kind: kindOf(schemas) }))),
    remedy:
      form === undefined || (lacksUnit && wantsBytes(schemas))
        ? exampleRemedy(schemas)
        : text((m) => m.remedy.writeLike({ example: form })),
  };
}

/** A word that is none of the choices, and the choice most likely meant. */
export function wrongChoice({ key, value }: Pick<Spot, 'key' | 'value'>, choices: readonly unknown[]): Sentence {
  const words = choices.map(String);
  const meant = nearest(String(value), words);
  const shown = inline(value);
  return {
    what: text((m) => (value === null ? m.problem.emptyValue({ key }) : m.problem.wrongChoice({ key, value: shown }))),
    remedy: text((m) => (meant ? m.remedy.writeValue({ value: meant }) : m.remedy.oneOf({ choices: words }))),
  };
}

function outOfBounds({ key }: Spot, issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): Sentence {
  const isSmall = issue.code === 'too_small';
  const bound = String(isSmall ? issue.minimum : issue.maximum);
  const isExclusive = issue.inclusive === false;
  if (issue.origin === 'number' || issue.origin === 'int') {
    return {
      what: text((m) => (isSmall ? m.problem.tooSmall({ key }) : m.problem.tooBig({ key }))),
      remedy: text(({ remedy }) => {
        if (isSmall) return isExclusive ? remedy.above({ bound }) : remedy.atLeast({ bound });
        return isExclusive ? remedy.below({ bound }) : remedy.atMost({ bound });
      }),
    };
  }
  return {
    what: text((m) => (isSmall ? m.problem.tooFew({ key }) : m.problem.tooMany({ key }))),
    remedy: text((m) => (isSmall ? m.remedy.lengthAtLeast({ bound }) : m.remedy.lengthAtMost({ bound }))),
  };
}

/** Remedies for the forms that contract and configuration name by `params.expected`. */
function formRemedy(expected: unknown, value: string): Text | undefined {
  const number = /^\s*(\d+(?:\.\d+)?)\s*$/.exec(toAscii(value))?.[1];
  return {
    duration: number ? text((m) => m.remedy.writeLike({ example: `${number}s` })) : text((m) => m.remedy.duration()),
    interval: text((m) => m.remedy.interval()),
    bytes: text((m) => m.remedy.bytes()),
    rate: text((m) => m.remedy.rate()),
    timezone: text((m) => m.remedy.timezone()),
    range: text((m) => m.remedy.rangeOrder()),
  }[String(expected)];
}

const isText = (value: unknown): value is Text =>
  isObject(value) && typeof value['en'] === 'string' && typeof value['zh'] === 'string';

/** Definitions say what is wrong in both languages by `params.what` and `params.remedy`. */
function custom(spot: Spot, issue: Extract<Issue, { code: 'custom' }>): Sentence {
  const { key, value, schemas } = spot;
  const params: Readonly<Record<string, unknown>> = issue.params ?? {};
  const shown = inline(value);
  if (typeof value === 'string' && hasFullWidth(value)) {
    const example = toAscii(value).trim();
    return {
      what: text((m) => m.problem.fullWidthValue({ key, value: shown })),
      remedy: text((m) => m.remedy.writeLike({ example })),
    };
  }
  const { what, remedy, expected } = params;
  if (isText(what)) return { what, remedy: isText(remedy) ? remedy : exampleRemedy(schemas) };
  const form = formRemedy(expected, shown);
  return {
    what: form
      ? text((m) => m.problem.wrongForm({ key, value: shown }))
      : text((m) => m.problem.wrongFormBecause({ key, value: shown, reason: issue.message })),
    remedy: form ?? exampleRemedy(schemas),
  };
}

function wrongFormat({ key, value, schemas }: Spot): Sentence {
  const shown = inline(value);
  const example = typeof value === 'string' && hasFullWidth(value) ? toAscii(value).trim() : exampleOf(schemas);
  return {
    what: text((m) => m.problem.wrongForm({ key, value: shown })),
    remedy: text((m) => (example === undefined ? m.remedy.nameRule() : m.remedy.writeLike({ example }))),
  };
}

/** Why the value at this spot was refused, and what to write instead. */
export function explainValue(spot: Spot, issue: Issue): Sentence {
  switch (issue.code) {
    case 'invalid_value':
      return wrongChoice(spot, issue.values);
    case 'invalid_union':
      return 'options' in issue && issue.options ? wrongChoice(spot, issue.options) : wrongType(spot);
    case 'too_small':
    case 'too_big':
      return outOfBounds(spot, issue);
    case 'custom':
      return custom(spot, issue);
    case 'invalid_format':
    case 'not_multiple_of':
      return wrongFormat(spot);
    case 'invalid_type':
    case 'unrecognized_keys':
    case 'invalid_key':
    case 'invalid_element':
      return wrongType(spot);
  }
}
