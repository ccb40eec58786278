/**
 * Carries bigint and Date through Workflow inputs, results, Activity arguments and heartbeats.
 *
 * P1  Only a value that holds one is written in a form of its own, under the encoding `json/leftoff`; all others as
 *     Temporal writes them, so that histories from before, other clients and other languages go on reading them.
 * P2  What Temporal's own converter wrote is read by it: a string that looks like a date stays a string.
 *
 * Loaded by path, in the Worker and once more inside the Workflow sandbox: no Node here.
 */
import {
  CompositePayloadConverter,
  defaultPayloadConverter,
  METADATA_ENCODING_KEY,
  type Payload,
  type PayloadConverterWithEncoding,
  ValueError,
} from '@temporalio/common';
import { decode, encode } from '@temporalio/common/lib/encoding.js';
import { holdsBigintOrDate, readExactJson, writeExactJson } from './exact-json.js';

export const exactEncoding = 'json/leftoff';

/** One converter to stand, first, among others of a `CompositePayloadConverter`. */
export class ExactPayloadConverter implements PayloadConverterWithEncoding {
  readonly encodingType = exactEncoding;

  toPayload(value: unknown): Payload | undefined {
    if (!holdsBigintOrDate(value)) return undefined;
    return {
      metadata: { [METADATA_ENCODING_KEY]: encode(exactEncoding) },
      data: encode(writeExactJson(value)),
    };
  }

  /** @throws ValueError where the payload carries nothing */
  fromPayload<Value>({ data }: Payload): Value {
    if (data == null) throw new ValueError(`A payload of the encoding ${exactEncoding} has no data.`);
    return readExactJson(decode(data));
  }
}

/** What Temporal looks for in the module at a `payloadConverterPath`. */
export const payloadConverter = new CompositePayloadConverter(
  new ExactPayloadConverter(),
  ...defaultPayloadConverter.converters,
);
