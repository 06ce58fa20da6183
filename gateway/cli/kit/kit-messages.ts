import { catalogue, type Messages } from '../../../config/messages/catalogue.js';
import { doctor as doctorEn } from './doctor/messages/en.js';
import { doctor as doctorZh } from './doctor/messages/zh.js';
import { line as lineEn, ports as portsEn } from './ports/messages/en.js';
import { line as lineZh, ports as portsZh } from './ports/messages/zh.js';
import { probe as probeEn } from './probe/messages/en.js';
import { probe as probeZh } from './probe/messages/zh.js';
import { scan as scanEn } from './scan/messages/en.js';
import { scan as scanZh } from './scan/messages/zh.js';

const en = { line: lineEn, ports: portsEn, scan: scanEn, probe: probeEn, doctor: doctorEn } as const;
const zh = { line: lineZh, ports: portsZh, scan: scanZh, probe: probeZh, doctor: doctorZh } as const;

/** What the technician's kit says, by language. */
export const { messages: kitMessages } = catalogue(en, zh);

export type KitMessages = Messages<typeof en>;
