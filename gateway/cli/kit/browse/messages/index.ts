import { catalogue } from '../../../../../config/messages/catalogue.js';
import { browse as en } from './en.js';
import { browse as zh } from './zh.js';

/** Every sentence of `sluice browse`, by language. */
export const { messages: browseMessages } = catalogue({ browse: en }, { browse: zh });
