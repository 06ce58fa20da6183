import { catalogue } from '../../../../../config/messages/catalogue.js';
import { trust as en } from './en.js';
import { trust as zh } from './zh.js';

/** Every sentence of `sluice trust`, by language. */
export const { messages: trustMessages } = catalogue({ trust: en }, { trust: zh });
