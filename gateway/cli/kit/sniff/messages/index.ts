import { catalogue, type Messages } from '../../../../../config/messages/catalogue.js';
import * as en from './en.js';
import * as zh from './zh.js';

/** Every sentence of `sluice sniff`, by language. */
export const { messages: sniffMessages } = catalogue({ ...en }, { ...zh });

export type SniffMessages = Messages<typeof en>;
