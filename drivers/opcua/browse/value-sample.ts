import { FrameBuilder, type Json, Quality, type TagTable, type TagType } from '../../../gateway/contract/index.js';
import { type Picked, putVariant, type VariantLike } from '../values/variant-value.js';

/** What a value is, and what a tag would read of it. */
export interface Sample {
  readonly elements: number | undefined;
  readonly fields: readonly string[];
  readonly tagType: TagType | undefined;
  readonly value: Json;
}

/** Elements of an array, and fields of a structure, that are shown. */
export const partsMax = 8;

/** Numbers of the built-in types (OPC 10000-6 §5.1.2). */
const nullType = 0;
const booleanType = 1;
const integerTypes: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 7, 8, 9]);
const realTypes: ReadonlySet<number> = new Set([10, 11]);
const structureType = 22;
const scalar = 0;

/** As what a tag reads a built-in type; undefined of a structure. */
function tagTypeOf(dataType: number): TagType | undefined {
  if (dataType === nullType || dataType === structureType) return undefined;
  if (dataType === booleanType) return 'boolean';
  if (integerTypes.has(dataType)) return 'integer';
  return realTypes.has(dataType) ? 'number' : 'text';
}

/** Reads a value by the very rules of the driver, so that what is shown is what a tag will have. */
export function sampleOf(variant: VariantLike): Sample {
  const { dataType, arrayType, value } = variant;
  const type = tagTypeOf(dataType);
  const none = { elements: undefined, fields: [], tagType: undefined, value: null };
  if (value === null || value === undefined) return none;
  if (arrayType !== scalar) {
    const elements = (value as ArrayLike<unknown>).length;
    const shown = Array.from({ length: Math.min(elements, partsMax) }, (_, index) => index);
    const part = (index: number): Json => partOf(variant, { index, field: [], type: type ?? 'text' });
    return { ...none, elements, value: shown.map(part) };
  }
  if (type) return { ...none, tagType: type, value: partOf(variant, { index: undefined, field: [], type }) };
  const fields = fieldNames((value as { readonly schema?: unknown }).schema);
  const parts = fields.slice(0, partsMax).map((name) => [name, fieldOf(variant, name)] as const);
  return { ...none, fields, value: Object.fromEntries(parts) };
}

/** A field by what it is: a number, yes or no, else as text. */
function fieldOf(variant: VariantLike, name: string): Json {
  const text = partOf(variant, { index: undefined, field: [name], type: 'text' });
  if (text === 'true' || text === 'false') return text === 'true';
  const number = partOf(variant, { index: undefined, field: [name], type: 'number' });
  return typeof number === 'number' && String(number) === text ? number : text;
}

function partOf(variant: VariantLike, picked: Picked): Json {
  const into = new FrameBuilder(tableOf(picked.type));
  putVariant(into, 0, picked, variant, Quality.good);
  const quality = into.quality[0] as number;
  // An integer a number does not hold exactly is told as text.
  if (quality === Quality['uncertain-precision']) return partOf(variant, { ...picked, type: 'text' });
  if (quality !== Quality.good) return null;
  if (picked.type === 'text') return into.build().texts?.get(0) ?? null;
  const number = into.values[0] as number;
  return picked.type === 'boolean' ? number === 1 : number;
}

const tableOf = (type: TagType): TagTable => ({
  number: 0,
  site: '',
  link: '',
  device: '',
  profile: '',
  group: '',
  configuration: '',
  tags: [{ name: 'value', type, unit: '' }],
});

interface StructureSchema {
  readonly fields?: readonly { readonly name: string; readonly originalName?: string }[];
  getBaseSchema?(): unknown;
}

/** Names of a structure's fields as its data type has them, those it is derived from first. */
function fieldNames(schema: unknown): string[] {
  const own = schema as StructureSchema | null | undefined;
  if (!own) return [];
  return [
    ...fieldNames(own.getBaseSchema?.()),
    ...(own.fields ?? []).map(({ name, originalName }) => originalName ?? name),
  ];
}
