import { isUtf8 } from 'node:buffer'
import type { Connection } from '../session/connection.js'
import type { Delivery } from '../session/delivery.js'

/**
 * The JSON reply of contracts.md: ten fields, in this order (`Reply` in packages/contracts). Written piece by piece, because
 * this runs once per acknowledgement: `JSON.stringify` only sees texts that come from outside.
 */
export function replyBody(instanceId: string, responder: Connection, delivery: Delivery): string {
  const { message } = delivery
  return `{"id":"${message.id}","instanceId":"${instanceId}","publisherClientId":${JSON.stringify(
    message.publisherClientId
  )},${subscriberFields(responder)},"topic":${JSON.stringify(message.topic)},"qos":${delivery.qos},"pubProps":${pubProps(
    delivery
  )},"messageReceivedAt":${message.receivedAtMs}}`
}

/** The fields that are the same in every reply of one connection. */
function subscriberFields(responder: Connection): string {
  responder.replyFields ??= `"subscriberClientId":${JSON.stringify(responder.id)},"subscriberUsername":${JSON.stringify(
    responder.username
  )},"subscriberClientHost":${JSON.stringify(responder.clientHost)}`
  return responder.replyFields
}

function pubProps(delivery: Delivery): string {
  const { message, secondsLeft, identifiers } = delivery
  let fields = ''
  if (message.payloadFormatIndicator !== undefined) {
    fields += `,"payloadFormatIndicator":${message.payloadFormatIndicator}`
  }
  if (secondsLeft !== undefined) fields += `,"messageExpiryInterval":${secondsLeft}`
  if (message.contentType !== undefined) fields += `,"contentType":${JSON.stringify(message.contentType)}`
  if (message.responseTopic !== undefined)
    fields += `,"responseTopic":${JSON.stringify(message.responseTopic)}`
  const data = message.correlationData
  if (data !== undefined) {
    if (isUtf8(data)) fields += `,"correlationData":${JSON.stringify(data.toString())}`
    fields += `,"correlationDataBase64":"${data.toString('base64')}"`
  }
  if (message.userProperties !== undefined && message.userProperties.length > 0) {
    fields += `,"userProperties":${userProperties(message.userProperties)}`
  }
  if (identifiers !== undefined) fields += `,"subscriptionIdentifiers":[${identifiers.join(',')}]`
  return `{${fields.slice(1)}}`
}

function userProperties(properties: readonly { key: string; value: string }[]): string {
  let items = ''
  for (const { key, value } of properties) {
    items += `,{"key":${JSON.stringify(key)},"value":${JSON.stringify(value)}}`
  }
  return `[${items.slice(1)}]`
}
