/** What carries bigint and Date; safe to bundle into Workflows, to be combined there with a converter of one's own. */
export { ExactPayloadConverter, exactEncoding, payloadConverter } from './payload-converter.js';
