/** Replies that could not be published: those that wait and those that were given up. */
export const deadLettersTexts = {
  title: 'Dead letters',
  about:
    'Replies that nobody was there to receive. A dead one was given up and is kept for seven days; a waiting one is tried again by itself.',
  captions: { dead: 'Replies that were given up', waiting: 'Replies that wait for another attempt' },
  state: 'Which replies',
  states: { dead: 'Dead', waiting: 'Waiting' },
  stateWords: { dead: 'dead', waiting: 'waiting' },
  refreshed: 'Read again every 5 s. Select replies to re-drive or discard several at once.',
  columns: {
    topic: 'Response topic',
    responder: 'Responder',
    attempts: 'Attempts',
    lastError: 'Last error',
    deadAt: 'Given up',
    nextAttemptAt: 'Next attempt'
  },
  attempts: (made: number, max: number) => `${made} of ${max}`,
  inspect: (topic: string) => `Look into the reply to ${topic}`,
  nameOf: (topic: string, responder: string) => `the reply of ${responder} to ${topic}`,
  nothingHere: 'There is nothing on this page any more.',
  errors: {
    none: 'No attempt was made yet.',
    nobodyWaits: 'Nobody was subscribed to the response topic.',
    tooOld: 'It had become too old for another attempt.',
    other: (error: string) => `It could not be published: ${error}.`
  },
  selected: (count: number) => `${count} selected`,
  clear: 'Clear the selection',
  redrive: {
    act: 'Re-drive',
    of: (name: string) => `Re-drive ${name}`,
    failed: 'Nothing was re-driven',
    expired: (count: number) =>
      count === 1
        ? 'The request of one reply has expired: nobody may get it any more, it can only be discarded.'
        : `The requests of ${count} replies have expired: nobody may get them any more, they can only be discarded.`,
    missing: (count: number) =>
      count === 1 ? 'One reply was gone already.' : `${count} replies were gone already.`
  },
  follow: {
    title: 'Re-driven',
    trying: 'is being tried',
    failedSoFar: (attempts: string, error: string) => `is being tried, ${attempts} attempts so far: ${error}`,
    published: 'was published',
    expired: 'was let go: its request has expired',
    dead: 'is dead again',
    counts: {
      trying: (count: number) => `${count} being tried`,
      published: (count: number) => `${count} published`,
      expired: (count: number) => `${count} let go, the request has expired`,
      dead: (count: number) => `${count} dead again`
    },
    close: 'Close the account of what was re-driven'
  },
  discard: {
    act: 'Discard',
    of: (name: string) => `Discard ${name}`,
    title: (count: number) => (count === 1 ? 'Discard a reply' : `Discard ${count} replies`),
    text: (count: number, instance: string) =>
      count === 1
        ? `One reply of ${instance} is thrown away and never published: its requester gets no answer. This cannot be undone.`
        : `${count} replies of ${instance} are thrown away and never published: their requesters get no answer. This cannot be undone.`,
    submit: (count: number) => (count === 1 ? 'Discard the reply' : `Discard ${count} replies`),
    done: (count: number) => (count === 1 ? 'One reply is discarded.' : `${count} replies are discarded.`),
    missing: (count: number) =>
      count === 1
        ? 'One was gone already, or is being tried right now.'
        : `${count} were gone already, or are being tried right now.`
  },
  job: {
    title: 'A reply that was not published',
    gone: 'It is not in this list any more: it was published, re-driven or discarded meanwhile. This is what it was.',
    fates: {
      trying: 'Re-driven: it is being tried.',
      published: 'Re-driven: it was published.',
      expired: 'Re-driven: it was let go, its request has expired.',
      dead: 'Re-driven: it is dead again.'
    },
    state: 'State',
    topic: 'Response topic',
    responder: 'Responder',
    messageId: 'Message id',
    qos: 'QoS',
    attempts: 'Attempts',
    lastError: 'Last error',
    created: 'Created',
    nextAttempt: 'Next attempt',
    deadAt: 'Given up',
    expires: 'Request expires',
    expired: 'The request has expired: nobody may get this reply any more, it can only be discarded.',
    payload: 'Payload',
    payloadRaw: 'the payload as it is',
    correlation: 'Correlation data',
    noCorrelation: 'The request had none.',
    asText: 'As text',
    notText: 'It is no text.',
    asBase64: 'As base64'
  },
  credentials: 'Put the name and the password of a user into USERNAME and PASSWORD first.',
  emptyWaiting: {
    title: 'No reply waits',
    text: 'Every reply found somebody who waits for it, or was given up. One that nobody is there to receive would wait here between two attempts; these commands leave one.'
  },
  emptyDead: {
    title: 'No dead letters',
    text: (attempts: number, after: string) =>
      `When a responder acknowledges a request and nobody is subscribed to its response topic, the reply waits and is tried again; here up to ${attempts} times within about ${after}. After that it is a dead letter: kept, to be re-driven once the requester is back, or discarded. These commands leave one; until it is given up it is listed under Waiting.`
  },
  durations: {
    seconds: (count: number) => `${count} s`,
    minutes: (count: number) => `${count} min`,
    hours: (count: number) => `${count} h`
  }
} as const
