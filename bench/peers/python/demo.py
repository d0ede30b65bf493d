"""The demo as everybody writes it: one message at a time, json.loads, three round trips to Redis, defaults everywhere."""

import json
import os

from kafka import KafkaConsumer
from redis import Redis

store = Redis.from_url(os.environ["REDIS_URL"])
consumer = KafkaConsumer(
    os.environ["TOPIC"],
    bootstrap_servers=os.environ["KAFKA_BROKERS"],
    group_id=os.environ["CONSUMER_GROUP"],
    auto_offset_reset="earliest",
    value_deserializer=json.loads,
)
for message in consumer:
    event = message.value
    page, minute = event["properties"]["path"], event["timestamp"][:16]
    store.hincrby("peers:pages", page, 1)
    store.hincrby(f"peers:pages:{minute}", page, 1)
    store.pfadd(f"peers:visitors:{minute}", event["anonymousId"])
