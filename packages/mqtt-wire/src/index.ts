/**
 * Strict MQTT 3.1, 3.1.1 and 5.0 codec. Pure: no I/O, no clock. Section numbers and statements in brackets are those
 * of the MQTT 5.0 specification unless another version is named.
 */
export { Decoder, type DecoderLimits, type DecoderOptions, type OnPacket } from './decoder.js'
export { encode } from './encode.js'
export type * from './packet-types.js'
export { shortAckLength, writeShortAck } from './packets/acknowledgement.js'
export { encodePublish, publishLength, writePublish } from './packets/publish.js'
export { encodePublishProperties } from './publish-properties.js'
export { reasonCodes, v3ConnackCodes, v3SubackFailure } from './reason-codes.js'
export {
  hasWildcard,
  isValidTopicFilter,
  isValidTopicName,
  parseSharedFilter,
  type SharedFilter,
  topicLevels,
  topicMatchesFilter
} from './topics.js'
export { ProtocolViolation, type ViolationAnswer } from './violation.js'
