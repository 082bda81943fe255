import { cast, type Role, repliesOf, type Target } from './snippet'

/** C for the MQTT client of ESP-IDF 5 and newer. */
export function espIdf(target: Target, role: Role): string[] {
  return [role === 'responder' ? responder(target) : requester(target, role)]
}

function responder(target: Target): string {
  return `${head('mqtt_client.h')}

static void on_mqtt(void *arg, esp_event_base_t base, int32_t id, void *data)
{
    esp_mqtt_event_handle_t event = data;
    switch ((esp_mqtt_event_id_t)id) {
    case MQTT_EVENT_CONNECTED:
        esp_mqtt_client_subscribe(event->client, "${cast.commands}", 1);
        break;
    case MQTT_EVENT_DATA:
        ${log}
        // The client acknowledges by itself; Parley makes the reply of that.
        break;
    default:
        break;
    }
}

${start(target, 'responder')}
`
}

function requester(target: Target, role: Role): string {
  const v5 = role === 'requesterV5'
  const properties = v5
    ? `        esp_mqtt5_publish_property_config_t request = {
            .response_topic = REPLIES,
            .correlation_data = "${cast.correlationData}",
            .correlation_data_len = ${cast.correlationData.length},
        };
        esp_mqtt5_client_set_publish_property(event->client, &request);
`
    : ''
  return `${head(v5 ? 'mqtt5_client.h' : 'mqtt_client.h')}
#define REPLIES "${repliesOf(role)}"

static void on_mqtt(void *arg, esp_event_base_t base, int32_t id, void *data)
{
    esp_mqtt_event_handle_t event = data;
    switch ((esp_mqtt_event_id_t)id) {
    case MQTT_EVENT_CONNECTED:
        esp_mqtt_client_subscribe(event->client, REPLIES, 1);
        break;
    case MQTT_EVENT_SUBSCRIBED: {
${properties}        const char *body = ${JSON.stringify(cast.request)};
        esp_mqtt_client_publish(event->client, "${cast.command}", body, 0, 1, 0);
        break;
    }
    case MQTT_EVENT_DATA:
        ${log}
        break;
    default:
        break;
    }
}

${start(target, role)}
`
}

const log = `ESP_LOGI(TAG, "%.*s %.*s", event->topic_len, event->topic, event->data_len, event->data);`

function head(header: string): string {
  return `#include "esp_event.h"
#include "esp_log.h"
#include "${header}"

static const char *TAG = "parley";`
}

function start({ url, anonymous }: Target, role: Role): string {
  const version = role === 'requesterV5' ? 'MQTT_PROTOCOL_V_5' : 'MQTT_PROTOCOL_V_3_1_1'
  const login = anonymous
    ? ''
    : `
        .credentials.username = "${cast.username}",
        .credentials.authentication.password = "${cast.password}",`
  return `void start_mqtt(void)
{
    esp_mqtt_client_config_t config = {
        .broker.address.uri = "${url}",
        .credentials.client_id = "${cast.clientId[role]}",${login}
        .session.protocol_ver = ${version},
    };
    esp_mqtt_client_handle_t client = esp_mqtt_client_init(&config);
    esp_mqtt_client_register_event(client, ESP_EVENT_ANY_ID, on_mqtt, NULL);
    esp_mqtt_client_start(client);
}`
}
