import { catalogue, type Messages } from '../../../config/messages/catalogue.js';
import { en } from './en.js';
import { zh } from './zh.js';

/** Every sentence the command line says to people, by language. */
export const { messages, text } = catalogue(en, zh);

export type CliMessages = Messages<typeof en>;
