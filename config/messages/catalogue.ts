import type { Language, Text } from '../../gateway/contract/index.js';

/** What may stand for a placeholder: a list is joined as the language does it, a text gives its own language. */
export type Value = string | number | Text | readonly (string | number)[];

/** Names in braces; `{ env: NAME }`, with spaces, is a piece of YAML and stays as it is. */
type Placeholders<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends ` ${string}` ? never : Name) | Placeholders<Rest>
  : never;

type Message<Template extends string> = [Placeholders<Template>] extends [never]
  ? () => string
  : (values: Readonly<Record<Placeholders<Template>, Value>>) => string;

/** Sentences by group and key; `{name}` is a placeholder. */
export type Templates = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The same catalogue as functions: one a sentence, taking its placeholders by name. */
export type Messages<Source extends Templates> = {
  readonly [Group in keyof Source]: { readonly [Key in keyof Source[Group]]: Message<Source[Group][Key]> };
};

/** Keys of `Target` that are missing or whose placeholders are not those of `Source`; `never` when it is complete. */
type Faults<Source extends Templates, Target> = {
  [Group in keyof Source & string]: {
    [Key in keyof Source[Group] & string]: Group extends keyof Target
      ? Key extends keyof Target[Group]
        ? Target[Group][Key] extends infer Template extends string
          ? [Placeholders<Template>, Placeholders<Source[Group][Key]>] extends [
              Placeholders<Source[Group][Key]>,
              Placeholders<Template>,
            ]
            ? never
            : `${Group}.${Key}: other placeholders`
          : `${Group}.${Key}: not a sentence`
        : `${Group}.${Key}: missing`
      : `${Group}: missing`;
  }[keyof Source[Group] & string];
}[keyof Source & string];

/** `Target` where it translates `Source` wholly; otherwise a type that nothing has and that names what is wrong. */
export type TranslationOf<Source extends Templates, Target> = [Faults<Source, Target>] extends [never]
  ? Target
  : { readonly 'translation is incomplete': Faults<Source, Target> };

const separators: Readonly<Record<Language, string>> = { en: ', ', zh: '、' };

function fill(template: string, language: Language, values: Readonly<Record<string, Value>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (Array.isArray(value)) return value.join(separators[language]);
    return typeof value === 'object' ? (value as Text)[language] : String(value);
  });
}

function compile<Source extends Templates>(source: Templates, language: Language): Messages<Source> {
  const compiled = Object.entries(source).map(([group, templates]) => {
    const sentences = Object.entries(templates).map(([key, template]) => [
      key,
      (values: Readonly<Record<string, Value>> = {}) => fill(template, language, values),
    ]);
    return [group, Object.fromEntries(sentences)];
  });
  return Object.fromEntries(compiled) as Messages<Source>;
}

export interface Catalogue<Source extends Templates> {
  /** The sentences of one language. */
  readonly messages: (language: Language) => Messages<Source>;
  /** One sentence in every language: `text((m) => m.problem.missingKey({ key }))`. */
  readonly text: (sentence: (messages: Messages<Source>) => string) => Text;
}

/**
 * Joins the two languages. A key that lacks its translation, or whose translation has other placeholders, does not
 * compile. A box with sentences of its own makes a catalogue of its own.
 */
export function catalogue<const Source extends Templates, const Target extends Templates>(
  en: Source,
  zh: Target & TranslationOf<Source, Target>,
): Catalogue<Source> {
  const languages: Readonly<Record<Language, Messages<Source>>> = { en: compile(en, 'en'), zh: compile(zh, 'zh') };
  return {
    messages: (language) => languages[language],
    text: (sentence) => ({ en: sentence(languages.en), zh: sentence(languages.zh) }),
  };
}
