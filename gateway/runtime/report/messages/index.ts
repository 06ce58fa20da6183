import { type Messages, catalogue } from '../../../../config/messages/catalogue.js';
import { en } from './en.js';
import { zh } from './zh.js';

/** Every sentence of the alarm report, by language. */
export const { messages } = catalogue(en, zh);

export type ReportMessages = Messages<typeof en>;
