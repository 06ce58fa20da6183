export { opcua } from './definition.js';
export {
  type RejectedCertificate,
  rejectedCertificates,
  type Thumbprints,
  thumbprintsOf,
  trustCertificate,
} from './trust.js';
