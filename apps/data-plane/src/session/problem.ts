/** Why a packet was refused, for the developer of the client: a sentence, and the limit of the instance that it met. */
export interface Problem {
  readonly says: string
  /** Name in the instance's settings. */
  readonly limit?: string
}
