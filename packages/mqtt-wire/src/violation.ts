import { reasonCodes } from './reason-codes.js'

/**
 * What a 5.0 peer is told before the connection is closed. `connack` and `disconnect` carry the reason code; a 3.1
 * or 3.1.1 client is never told, except an unsupported version: CONNACK, return code 1, in the 3.1.1 form.
 */
export type ViolationAnswer = 'none' | 'connack' | 'connackV3' | 'disconnect'

/** The only thing that decoding throws. The connection cannot go on after it. */
export class ProtocolViolation extends Error {
  override readonly name = 'ProtocolViolation'
  readonly reasonCode: number
  readonly answer: ViolationAnswer

  constructor(reasonCode: number, message: string, answer: ViolationAnswer = 'disconnect') {
    super(message)
    this.reasonCode = reasonCode
    this.answer = answer
  }
}

export function malformed(message: string): ProtocolViolation {
  return new ProtocolViolation(reasonCodes.malformedPacket, message)
}

export function protocolError(message: string): ProtocolViolation {
  return new ProtocolViolation(reasonCodes.protocolError, message)
}
