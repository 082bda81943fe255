import { levels } from '../../support/versions.js'

const hexDigits = [...'0123456789abcdef']
const rightFlags = '2'
/** 3.1 sends PUBREL, SUBSCRIBE and UNSUBSCRIBE again with DUP. */
const againFlags = 'a'

/** What the flags of PUBREL, SUBSCRIBE and UNSUBSCRIBE may not be, by level. */
export const wrongSubscriptionFlags = levels.flatMap((level) =>
  hexDigits
    .filter((flags) => flags !== rightFlags && !(level === 3 && flags === againFlags))
    .map((flags) => ({ level, flags }))
)
