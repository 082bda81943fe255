"""Paho clients that a test drives: one JSON command a line on stdin, one JSON event a line on stdout."""

import json
import sys
import threading

from paho.mqtt import client as paho

VERSIONS = {"3.1": paho.MQTTv31, "3.1.1": paho.MQTTv311, "5.0": paho.MQTTv5}

clients = {}
output = threading.Lock()


def tell(event):
    with output:
        sys.stdout.write(json.dumps(event) + "\n")
        sys.stdout.flush()


def on_message(_client, name, message):
    tell({
        "event": "message",
        "client": name,
        "topic": message.topic,
        "qos": message.qos,
        "payload": message.payload.decode(),
    })


def connect(name, version, port):
    """Answers once: Paho calls back with more arguments in version 5."""
    clean = {} if version == "5.0" else {"clean_session": True}
    client = paho.Client(name, userdata=name, protocol=VERSIONS[version], **clean)
    client.on_connect = lambda *answer: tell({"event": "connected", "client": name, "code": code_of(answer[3])})
    client.on_publish = lambda *_: tell({"event": "published", "client": name})
    client.on_message = on_message
    client.connect("127.0.0.1", port)
    client.loop_start()
    clients[name] = client


def code_of(answer):
    return answer if isinstance(answer, int) else answer.value


def subscribe(name, topic_filter, qos):
    clients[name].subscribe(topic_filter, qos)


def publish(name, topic, payload, qos):
    clients[name].publish(topic, payload, qos)


def disconnect():
    for client in clients.values():
        client.disconnect()
        client.loop_stop()


COMMANDS = {"connect": connect, "subscribe": subscribe, "publish": publish}

for line in sys.stdin:
    command, *arguments = json.loads(line)
    COMMANDS[command](*arguments)
disconnect()
