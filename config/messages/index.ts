import { catalogue } from './catalogue.js';
import { en } from './en.js';
import { zh } from './zh.js';

/** Every sentence configuration says to people, by language and, for problems, in both at once. */
export const { messages, text } = catalogue(en, zh);
