export { builtInClasses, criticalReAnnunciateMs } from './alarm-classes.js';
export {
  importRegisterTable,
  loadSite,
  priorityDistribution,
  profileSheets,
  registries,
  siteJsonSchema,
} from './bound.js';
export { type BoxTagName, boxDevice, boxTableSpec, boxTags } from './box-tags.js';
export { contextDevice, contextEveryMs, contextTableSpec } from './context-tags.js';
export { daysSince } from './days-since.js';
export type { CellProblem, ImportOptions, ImportResult } from './import/import-register-table.js';
export { fileIo, type SiteIo } from './io.js';
export type { ProfileSheet, SheetTag } from './profile-sheets.js';
export { type LoadResult, siteLoader } from './load-site.js';
export { type Catalogue, catalogue, type Messages, type Templates } from './messages/catalogue.js';
export { messages, text } from './messages/index.js';
export type { PriorityDistribution } from './priorities.js';
export { formatProblem, type Place, type SiteProblem } from './problem.js';
export type { Registries } from './registries.js';
export type {
  BrokerConfig,
  ClockConfig,
  ContextConfig,
  DerivedTagConfig,
  DeviceConfig,
  GroupConfig,
  HttpConfig,
  JournalConfig,
  LinkConfig,
  RuleConfig,
  SinkConfig,
  SiteConfig,
  TagConfig,
} from './site.js';
export { type StatutoryChange, statutoryBeginnings, statutoryChanges } from './statutory.js';
export { loadStoredSite } from './stored-site.js';
export { driverLink, tableSpec } from './table-spec.js';
